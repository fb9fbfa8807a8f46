// Any bytes as a pushed record of the dataset the first byte chooses, the second choosing the
// charset: rejected with at most ten problems, or stored in canonical bytes under an id.
#include <cstdint>

#include "libs/contract/decode.h"
#include "libs/status/macros.h"
#include "services/exchange/server/names.h"
#include "services/exchange/server/prepare.h"

namespace fupin::exchange {
namespace {

void CheckRecord(const uint8_t* data, size_t size) {
  static const auto contracts = *contract::ContractSet::Load(FUPIN_BINARY_DIR "/contracts/guizhou");
  static const std::vector<std::string> datasets = contracts->datasets();
  static const crypto::BlindIndex blind(std::string(32, 'k'));
  static const FakeClock clock(absl::FromUnixSeconds(1795478400));
  static const Preparer preparer(
      blind, *division::Tree::Load({FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv"}), clock);
  if (size < 2) return;
  const contract::Contract& contract = *contracts->Find(datasets[data[0] % datasets.size()]);
  StreamInfo info;
  info.charset = data[1] % 2 == 0 ? v1::CHARSET_UTF8 : v1::CHARSET_GB18030;
  v1::RecordBatch batch;
  if (!batch.add_records()->ParseFromArray(data + 2, static_cast<int>(size) - 2)) return;
  const std::string name = batch.records(0).corrects();
  if (const auto parsed = ParseName(name, "rejections"); parsed.ok()) {
    FUPIN_CHECK(ParseName(RejectionName(parsed->dataset, parsed->id), "rejections")->id ==
                parsed->id);
  }
  const PreparedBatch prepared = preparer.Prepare(*contracts, contract, info, batch);
  FUPIN_CHECK(prepared.records.size() == 1);
  const PreparedRecord& record = prepared.records[0];
  FUPIN_CHECK(record.problems.size() <= contract::kMaxProblems);
  for (const Problem& problem : record.problems) {
    FUPIN_CHECK(!problem.reason.empty() && !problem.message_zh.empty());
  }
  if (!record.problems.empty()) return;
  FUPIN_CHECK(record.record.size() == 16 && record.content_hash.size() == 16);
  const auto row = contract::Decode(contract, record.content.payload(), contract::Charset::kUtf8);
  FUPIN_CHECK(row.ok() && contract::Encode(contract, *row) == record.content.payload());
  FUPIN_CHECK(preparer.RecordId(contract, *row) == record.record);
}

}  // namespace
}  // namespace fupin::exchange

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fupin::exchange::CheckRecord(data, size);
  return 0;
}
