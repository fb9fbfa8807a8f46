#include "libs/catalog/rules.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/catalog/load.h"
#include "libs/status/status.h"

namespace fupin::catalog {
namespace {

std::optional<FieldInfo> Lookup(absl::string_view dataset, absl::string_view field) {
  if (dataset != "mps.vehicle") return std::nullopt;
  if (field.empty()) return FieldInfo{ValueType::kText, {}};
  if (field == "price_fen") return FieldInfo{ValueType::kNumber, {}};
  return std::nullopt;
}

const char kCatalog[] = R"(id: "t" version: 1 effective_date: "2025-01-01"
label_zh: "示例" label_en: "example" direction: DIRECTION_LOW_IS_POOR
poor_below_centipoints: 6000 stable_above_centipoints: 8000 reference_date: "2025-12-31"
questions { code: "H1" scope: SCOPE_HOUSEHOLD type: TYPE_NUMBER text_zh: "面积" text_en: "area" }
questions { code: "M1" scope: SCOPE_MEMBER type: TYPE_BOOLEAN text_zh: "有车" text_en: "has car" }
dimensions { code: "A" name_zh: "房" name_en: "house" weight_permille: 1000
  indicators { code: "A1" name_zh: "面积" name_en: "area" weight: 1
    when_absent: WHEN_ABSENT_INTERVAL sources { question { of: "H1" } }
    linear { knots { value: 0 score: 0 } knots { value: 10 score: 10000 } } } }
)";

const char kRules[] = R"(id: "x" version: 1 effective_date: "2025-01-01"
label_zh: "示例" label_en: "example"
rules { code: "X001" name_zh: "车辆" name_en: "vehicle" kind: FINDING_KIND_EXCLUSION
  severity: SEVERITY_SERIOUS scope: SCOPE_MEMBER advice_zh: "看车" advice_en: "look at the car"
  inputs { name: "says" question { of: "M1" } }
  inputs { name: "cars" dataset { of: "mps.vehicle" aggregate: AGGREGATE_COUNT } }
  needs: "says"
  when: "cars > 0 and not says"
  exceptions { code: "many" name_zh: "多" name_en: "many" when: "cars > 3" }
  field_input: "says" department_input: "cars" })";

std::shared_ptr<const Catalog> TestCatalog() {
  auto catalog = Parse(kCatalog, "c.txtpb", Lookup);
  REQUIRE(catalog.ok());
  return *catalog;
}

TEST_CASE("ID-5 rules are loaded against the catalog's questions and the datasets") {
  const auto catalog = TestCatalog();
  const auto rules = ParseRules(kRules, "r.txtpb", *catalog, Lookup);
  INFO(rules.status());
  REQUIRE(rules.ok());
  const CrossCheckRule* rule = (*rules)->Find("X001");
  REQUIRE(rule != nullptr);
  CHECK(rule->per_member);
  CHECK(rule->needs == std::vector<int>{0});
  CHECK(rule->field_input == 0);
  CHECK(rule->department_input == 1);
  CHECK(rule->severity == Severity::kSerious);
  CHECK(rule->when.position == "r.txtpb:8");
  CHECK((*rules)->Find("X002") == nullptr);
}

TEST_CASE("ID-5 a fault of the rules names file and line") {
  struct Case {
    const char* what;
    const char* from;
    const char* to;
    const char* reason;
    int line;
  };
  const Case test = GENERATE(values<Case>({
      {"unknown name", "cars > 0 and", "vans > 0 and", "CATALOG_FORMULA", 8},
      {"exception's name", "when: \"cars > 3\"", "when: \"vans > 3\"", "CATALOG_FORMULA", 9},
      {"need unknown", "needs: \"says\"", "needs: \"said\"", "CATALOG_RULE", 3},
      {"field input unknown", "field_input: \"says\"", "field_input: \"said\"", "CATALOG_RULE", 3},
      {"no severity", "severity: SEVERITY_SERIOUS", "", "CATALOG_RULE", 3},
      {"no scope", "scope: SCOPE_MEMBER", "", "CATALOG_RULE", 3},
      {"question unknown", "of: \"M1\"", "of: \"M9\"", "CATALOG_QUESTION", 5},
      {"dataset unknown", "of: \"mps.vehicle\"", "of: \"mps.boat\"", "CATALOG_DATASET", 6},
      {"no advice", "advice_en: \"look at the car\"", "", "CATALOG_LABEL", 3},
      {"household rule needs an aggregate", "scope: SCOPE_MEMBER", "scope: SCOPE_HOUSEHOLD",
       "CATALOG_SOURCE", 5},
  }));
  CAPTURE(test.what);
  const auto catalog = TestCatalog();
  const std::string text = absl::StrReplaceAll(kRules, {{test.from, test.to}});
  REQUIRE(text != kRules);
  const auto rules = ParseRules(text, "r.txtpb", *catalog, Lookup);
  REQUIRE_FALSE(rules.ok());
  bool found = false;
  for (const Problem& problem : ProblemsOf(rules.status())) {
    UNSCOPED_INFO(problem.reason << " " << problem.message_en);
    found = found ||
            (problem.reason == test.reason && problem.field == absl::StrCat("r.txtpb:", test.line));
  }
  CHECK(found);
}

TEST_CASE("ID-2 nobody is asked what nobody reads") {
  const auto catalog = TestCatalog();
  const auto rules = ParseRules(kRules, "r.txtpb", *catalog, Lookup);
  REQUIRE(rules.ok());
  CHECK(CheckQuestionsUsed(*catalog, **rules).ok());
  const auto status = CheckQuestionsUsed(*catalog, CrossCheckRules());
  CHECK(ReasonOf(status) == "CATALOG_QUESTION_UNUSED");
  CHECK(ProblemsOf(status)[0].field == "c.txtpb:5");
}

}  // namespace
}  // namespace fupin::catalog
