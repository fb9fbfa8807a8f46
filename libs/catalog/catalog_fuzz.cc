// Any bytes as a catalog and, behind a NUL, as rules over it (or over a sound catalog): refused
// with reasons and lines, or a checked catalog.
#include <cstdint>

#include <google/protobuf/stubs/logging.h>

#include "absl/strings/str_cat.h"
#include "libs/catalog/load.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::catalog {
namespace {

std::optional<FieldInfo> Lookup(absl::string_view dataset, absl::string_view field) {
  if (dataset != "mps.vehicle") return std::nullopt;
  if (field.empty() || field == "plate") return FieldInfo{ValueType::kText, {}};
  if (field == "price_fen") return FieldInfo{ValueType::kNumber, {}};
  if (field == "scrapped") return FieldInfo{ValueType::kBoolean, {}};
  if (field == "bought") return FieldInfo{ValueType::kDate, {}};
  if (field == "kind") return FieldInfo{ValueType::kCode, {"car", "tractor"}};
  return std::nullopt;
}

void Explained(const absl::Status& status) {
  const auto problems = ProblemsOf(status);
  FUPIN_CHECK(status.ok() || (!problems.empty() && problems.size() <= 20));
  for (const Problem& problem : problems) {
    FUPIN_CHECK(!problem.reason.empty() && problem.field.find(':') != std::string::npos);
  }
}

void CheckText(const std::string& bytes) {
  const size_t end = bytes.find('\0');
  const auto catalog = Parse(bytes.substr(0, end), "c", Lookup);
  Explained(catalog.status());
  if (!catalog.ok()) return;
  int32_t weights = 0;
  for (const Indicator& indicator : (*catalog)->indicators) weights += indicator.weight_units;
  FUPIN_CHECK(weights == kWeightUnits);
  if (end == std::string::npos) return;
  const auto rules = ParseRules(bytes.substr(end + 1), "r", **catalog, Lookup);
  Explained(rules.status());
  if (rules.ok()) (void)CheckQuestionsUsed(**catalog, **rules);
}

}  // namespace
}  // namespace fupin::catalog

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fupin::catalog::CheckText(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}
