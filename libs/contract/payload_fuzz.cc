// Any bytes as a record: the first two bytes choose dataset and charset, the rest is the payload.
#include <cstdint>

#include "libs/codes/text.h"
#include "libs/contract/contract_set.h"
#include "libs/contract/decode.h"
#include "libs/contract/quality.h"
#include "libs/status/macros.h"

namespace fupin::contract {
namespace {

void CheckRow(const Contract& contract, const ContractSet& set, Row row) {
  // Stored as encoded, read back as UTF-8: the same row and the same bytes.
  const auto same = [&contract](const Row& one) {
    const std::string bytes = Encode(contract, one);
    const auto back = Decode(contract, bytes, Charset::kUtf8);
    FUPIN_CHECK(bytes.size() > kMaxPayloadBytes || (back.ok() && *back == one));
  };
  for (const Value& value : row) {
    const auto* text = std::get_if<std::string>(&value);
    FUPIN_CHECK(text == nullptr || codes::CodePoints(*text).ok());
  }
  same(row);
  for (const Problem& problem :
       CheckQuality(contract, set, &row, absl::CivilDay(2026, 11, 24),
                    [](absl::string_view code) { return code.size() % 2 == 0; })) {
    FUPIN_CHECK(!problem.reason.empty() && !problem.message_zh.empty());
  }
  same(row);
  KeyOf(contract, row);
}

void CheckPayload(const uint8_t* data, size_t size) {
  static const auto set = *ContractSet::Load(FUPIN_BINARY_DIR "/contracts/guizhou");
  static const std::vector<std::string> datasets = set->datasets();
  if (size < 2) return;
  const Contract& contract = *set->Find(datasets[data[0] % datasets.size()]);
  const Charset charset = data[1] % 2 == 0 ? Charset::kUtf8 : Charset::kGb18030;
  const absl::string_view payload(reinterpret_cast<const char*>(data) + 2, size - 2);
  auto row = Decode(contract, payload, charset);
  if (row.ok()) {
    CheckRow(contract, *set, *std::move(row));
  } else {
    const auto problems = ProblemsOf(row.status());
    FUPIN_CHECK(!problems.empty() && problems.size() <= kMaxProblems);
  }
  const auto text = ToUtf8(payload, charset);
  FUPIN_CHECK(!text.ok() || codes::CodePoints(*text).ok());
}

}  // namespace
}  // namespace fupin::contract

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fupin::contract::CheckPayload(data, size);
  return 0;
}
