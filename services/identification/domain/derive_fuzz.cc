// Any bytes as a catalog and, behind a NUL, as rules. What loading lets through must be usable: no
// check fails, no value is a NaN, and equal households give equal results.
#include <cmath>
#include <cstdint>

#include <google/protobuf/stubs/logging.h>

#include "libs/catalog/load.h"
#include "libs/status/macros.h"
#include "services/identification/domain/cross_check.h"
#include "services/identification/domain/derive.h"
#include "services/identification/domain/scoring.h"

namespace fupin::identification {
namespace {

std::optional<catalog::FieldInfo> Lookup(absl::string_view dataset, absl::string_view field) {
  using catalog::FieldInfo;
  using catalog::ValueType;
  if (dataset != "mps.vehicle" && dataset != "lr.house") return std::nullopt;
  if (field.empty() || field == "name") return FieldInfo{ValueType::kText, {}};
  if (field == "amount") return FieldInfo{ValueType::kNumber, {}};
  if (field == "flag") return FieldInfo{ValueType::kBoolean, {}};
  if (field == "date") return FieldInfo{ValueType::kDate, {}};
  if (field == "month") return FieldInfo{ValueType::kMonth, {}};
  if (field == "year") return FieldInfo{ValueType::kYear, {}};
  if (field == "kind") return FieldInfo{ValueType::kCode, {"car", "truck"}};
  return std::nullopt;
}

Fact Record(const char* dataset, const char* record, int member, int day,
            std::map<std::string, Value> fields) {
  Fact fact;
  fact.about = member >= 0 ? Fact::About::kMember : Fact::About::kHousehold;
  fact.member = member;
  fact.source = {dataset, record, absl::FromUnixSeconds(1735689600) + absl::Hours(24 * day),
                 day % 2 == 0};
  fact.fields = std::move(fields);
  return fact;
}

Household Family() {
  Household household;
  household.id = "h1";
  household.members = {{"aa", "甲", "02", "1", "1960-06-15", {{"healthy", true}}, 1},
                       {"", "乙", "10", "2", "", {{"healthy", Absence::kRefused}}, 1},
                       {"cc", "丙", "20", "1", "2016-01-01", {{"pay", fixed::Micro{5}}}, 2}};
  household.answers = {{"area", fixed::Micro{88'500'000}},
                       {"walls", std::string("mud")},
                       {"car", false},
                       {"income", Absence::kNotApplicable}};
  household.facts = {Record("mps.vehicle", "v1", 0, 5,
                            {{"amount", fixed::Micro{9'200'000'000'000'000'000}},
                             {"kind", std::string("car")},
                             {"flag", true}}),
                     Record("mps.vehicle", "v2", 2, 5,
                            {{"amount", fixed::Micro{-1}}, {"date", std::string("2025-03-31")}}),
                     Record("lr.house", "l1", -1, 400,
                            {{"month", std::string("2020-05")},
                             {"year", std::string("2019")},
                             {"name", std::string()}})};
  return household;
}

void CheckText(const std::string& bytes) {
  const size_t end = bytes.find('\0');
  const auto catalog = catalog::Parse(bytes.substr(0, end), "c", Lookup);
  if (!catalog.ok()) return;
  static const Household family = Family();
  static const Household nobody;
  const auto evaluator = Evaluator::Create(*catalog);
  FUPIN_CHECK(evaluator.ok() || evaluator.status().code() == absl::StatusCode::kResourceExhausted);
  if (!evaluator.ok()) return;
  for (const Household* household : {&family, &nobody}) {
    const Derivation derivation = (*evaluator)->Derive(*household);
    FUPIN_CHECK(derivation.values.size() == (*catalog)->indicators.size());
    for (const float value : derivation.values) FUPIN_CHECK(!std::isnan(value));
    FUPIN_CHECK((*evaluator)->Derive(*household).values == derivation.values);
    for (const DerivedReference& reference : derivation.references) {
      FUPIN_CHECK(!reference.value || std::isfinite(*reference.value));
    }
  }
  if (end == std::string::npos) return;
  const auto rules = catalog::ParseRules(bytes.substr(end + 1), "r", **catalog, Lookup);
  if (!rules.ok()) return;
  const auto checker = CrossChecker::Create(*rules, *catalog);
  FUPIN_CHECK(checker.ok() || checker.status().code() == absl::StatusCode::kResourceExhausted);
  for (const Household* household : {&family, &nobody}) {
    if (checker.ok()) (void)(*checker)->Check(*household);
  }
}

}  // namespace
}  // namespace fupin::identification

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fupin::identification::CheckText(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}
