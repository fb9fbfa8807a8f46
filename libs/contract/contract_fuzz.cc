// Any bytes as the descriptor set of a contract: a file an operator puts into the contract folder.
#include <cstdint>

#include "libs/contract/compatibility.h"
#include "libs/contract/contract_set.h"
#include "libs/contract/decode.h"
#include "libs/status/macros.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin;
  const auto contract =
      contract::ParseContract(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!contract.ok()) {
    FUPIN_CHECK(!ReasonOf(contract.status()).empty());
    return 0;
  }
  FUPIN_CHECK(contract::BreakingChanges(**contract, **contract).empty());
  const contract::Row row((*contract)->fields.size());
  FUPIN_CHECK(contract::Encode(**contract, row).empty());
  contract::KeyOf(**contract, row);
  return 0;
}

// protobuf writes every fault of a descriptor to the log as well.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}
