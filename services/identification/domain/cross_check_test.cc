#include "services/identification/domain/cross_check.h"

#include <catch2/catch.hpp>

#include "services/identification/domain/test_world.h"

namespace fupin::identification {
namespace {

std::shared_ptr<const catalog::Catalog> TestCatalog() {
  return MakeCatalog(CatalogText(DimensionText(IndicatorText("X", "question { of: 'area' }"))));
}

// One rule in a file of its own.
std::unique_ptr<CrossChecker> Checker(const std::string& scope, const std::string& body) {
  const auto catalog = TestCatalog();
  const std::string text = absl::StrCat(
      "id: 'x' version: 1 effective_date: '2025-01-01' label_zh: '示例' label_en: 'example' rules "
      "{ "
      "code: 'X001' name_zh: '一' name_en: 'one' kind: FINDING_KIND_EXCLUSION severity: "
      "SEVERITY_SERIOUS advice_zh: '看' advice_en: 'look' scope: SCOPE_",
      scope, " ", body, " }");
  auto rules = catalog::ParseRules(text, "r.txtpb", *catalog, TestLookup);
  for (const auto& problem : ProblemsOf(rules.status())) UNSCOPED_INFO(problem.message_en);
  REQUIRE(rules.ok());
  auto checker = CrossChecker::Create(*rules, catalog);
  REQUIRE(checker.ok());
  return *std::move(checker);
}

const char kVehicle[] =
    "inputs { name: 'says' question { of: 'car' } } "
    "inputs { name: 'cars' dataset { of: 'mps.vehicle' aggregate: AGGREGATE_COUNT where { field: "
    "'kind' op: OPERATOR_EQ value: 'car' } } } "
    "inputs { name: 'value' dataset { of: 'mps.vehicle' field: 'amount' aggregate: AGGREGATE_MAX } "
    "} "
    "when: 'cars > 0 and says == false' field_input: 'says' department_input: 'cars' needs: 'says' "
    "exceptions { code: 'cheap' name_zh: '低' name_en: 'cheap' when: 'value ~= nil and value < "
    "100' "
    "}";

Household WithCar(double amount) {
  Household household = Family();
  household.answers["car"] = false;
  household.facts.push_back(MakeFact("mps.vehicle", "records/7", 0, "2025-01-01",
                                     {{"kind", "car"}, {"amount", Number(amount)}}));
  return household;
}

TEST_CASE("ID-5 a disagreement is a finding with both values and both sources") {
  auto checker = Checker("HOUSEHOLD", kVehicle);
  const Household household = WithCar(50000);
  const CrossCheckResult result = checker->Check(household);
  CHECK(result.excused.empty());
  CHECK(result.faults.empty());
  REQUIRE(result.findings.size() == 1);
  const Finding& finding = result.findings[0];
  CHECK(finding.rule == "X001");
  CHECK(finding.member == -1);
  CHECK(finding.field_value == "false");
  CHECK(finding.department_value == "1");
  CHECK(finding.severity == catalog::Severity::kSerious);
  CHECK(finding.kind == catalog::FindingKind::kExclusion);
  REQUIRE(finding.field_evidence.size() == 1);
  CHECK(finding.field_evidence[0].kind == Evidence::Kind::kHouseholdAnswer);
  REQUIRE(finding.department_evidence.size() == 1);
  CHECK(household.facts[finding.department_evidence[0].index].source.record == "records/7");
}

TEST_CASE("ID-5 an exception that holds takes the finding's place and is told") {
  auto checker = Checker("HOUSEHOLD", kVehicle);
  const CrossCheckResult result = checker->Check(WithCar(99));
  CHECK(result.findings.empty());
  REQUIRE(result.excused.size() == 1);
  CHECK(result.excused[0].rule == "X001");
  CHECK(result.excused[0].exception == "cheap");
  CHECK(checker->Check(WithCar(100)).findings.size() == 1);
}

TEST_CASE("ID-5 a rule says nothing where what it needs is absent, or both sides agree") {
  auto checker = Checker("HOUSEHOLD", kVehicle);
  Household household = WithCar(50000);
  household.answers["car"] = Absence::kRefused;
  CHECK(checker->Check(household).findings.empty());
  household.answers.erase("car");
  CHECK(checker->Check(household).findings.empty());
  household.answers["car"] = true;
  CHECK(checker->Check(household).findings.empty());
  household.answers["car"] = false;
  household.facts.clear();
  CHECK(checker->Check(household).findings.empty());
}

TEST_CASE("ID-5 a member's rule sees that member's records and answers only") {
  auto checker = Checker(
      "MEMBER",
      "inputs { name: 'pay' question { of: 'pay' } } "
      "inputs { name: 'sum' dataset { of: 'mps.vehicle' field: 'amount' aggregate: AGGREGATE_SUM } "
      "} inputs { name: 'houses' dataset { of: 'lr.house' aggregate: AGGREGATE_COUNT } } "
      "when: 'pay ~= nil and sum ~= nil and houses == 0 and pay ~= sum' "
      "field_input: 'pay' department_input: 'sum'");
  Household household = Family();
  household.members[0].answers["pay"] = Number(1000.5);
  household.members[2].answers["pay"] = Number(3);
  household.facts = {
      MakeFact("mps.vehicle", "a", 0, "2025-01-01", {{"amount", Number(1000.5)}}),
      MakeFact("mps.vehicle", "b", 2, "2025-01-01", {{"amount", Number(4.25)}}),
      MakeFact("mps.vehicle", "c", 1, "2025-01-01", {{"amount", Number(9)}}),
      MakeFact("lr.house", "d", -1, "2025-01-01", {}),
  };
  const CrossCheckResult result = checker->Check(household);
  CHECK(result.faults.empty());
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].member == 2);
  CHECK(result.findings[0].field_value == "3");
  CHECK(result.findings[0].department_value == "4.25");
}

TEST_CASE("ID-5 the key of a finding follows the person, not the place or the values") {
  auto checker = Checker("MEMBER",
                         "inputs { name: 'n' dataset { of: 'member' field: 'household_count' } } "
                         "when: 'n >= 1' department_input: 'n'");
  Household household = Family();
  const auto before = checker->Check(household).findings;
  REQUIRE(before.size() == 3);
  CHECK(before[0].key != before[1].key);
  CHECK(before[1].key != before[2].key);
  CHECK(before[0].key.find("X001-") == 0);
  std::swap(household.members[0], household.members[2]);
  household.members[0].household_count = 5;
  const auto after = checker->Check(household).findings;
  CHECK(after[0].key == before[2].key);
  CHECK(after[2].key == before[0].key);
  CHECK(after[0].values_hash != before[2].values_hash);
  CHECK(after[2].values_hash == before[0].values_hash);
  // Twins in everything that is written of them are two all the same.
  household.members[2] = household.members[1];
  const auto twins = checker->Check(household).findings;
  CHECK(twins[1].key != twins[2].key);
}

TEST_CASE("ID-5 a rule that fails is a fault and never a finding") {
  auto checker = Checker("MEMBER", "inputs { name: 'pay' question { of: 'pay' } } when: 'pay > 3'");
  const CrossCheckResult result = checker->Check(Family());
  CHECK(result.findings.empty());
  REQUIRE(result.faults.size() == 1);
  CHECK(result.faults[0].rule == "X001");
  CHECK(result.faults[0].reason == "EXPRESSION_EVALUATION");
  auto number = Checker("HOUSEHOLD", "when: '1'");
  CHECK(number->Check(Family()).faults.at(0).reason == "VALUE_TYPE");
  auto nothing = Checker("HOUSEHOLD", "when: 'nil'");
  CHECK(nothing->Check(Family()).faults.empty());
}

}  // namespace
}  // namespace fupin::identification
