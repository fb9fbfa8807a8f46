// Compares the field survey with the departments' records by rule (ID-5). A finding is a lead for a
// person to settle: it changes no score and no class.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CROSS_CHECK_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CROSS_CHECK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/catalog/catalog.h"
#include "libs/catalog/rules.h"
#include "libs/expression/sandbox.h"
#include "services/identification/domain/household.h"
#include "services/identification/domain/household_view.h"
#include "services/identification/domain/pick_plan.h"

namespace fupin::identification {

struct Finding {
  // Stays the same as long as rule and person are the same, whatever the values: "<rule>-<16 hex
  // digits>", without any personal value in it. Unique within the household.
  std::string key;
  std::string rule;
  int member = -1;  // -1: the household
  catalog::Severity severity = catalog::Severity::kInfo;
  catalog::FindingKind kind = catalog::FindingKind::kDisagreement;
  // What each side says: number, "true"/"false", code or date; empty = says nothing. May be
  // personal (a name): show it to those who may see the household, never log it.
  std::string field_value;
  std::string department_value;
  std::vector<Evidence> field_evidence;
  std::vector<Evidence> department_evidence;
  // Changes when what either side says changes: a settled finding is to be looked at again.
  uint64_t values_hash = 0;
};

// A rule's condition held, and so did an exception of it: no finding.
struct Excused {
  std::string rule;
  int member = -1;
  std::string exception;
};

// A condition that failed: a fault of the rules, to be shown to their author.
struct RuleFault {
  std::string rule;
  std::string reason;
  std::string message_zh;
  std::string message_en;
};

struct CrossCheckResult {
  std::vector<Finding> findings;  // by rule, then member
  std::vector<Excused> excused;
  std::vector<RuleFault> faults;  // one per rule at most
};

// The rules made ready for one thread. Not thread-safe. Equal household, equal result.
class CrossChecker {
 public:
  // `rules` were loaded against `catalog`. RESOURCE_EXHAUSTED / EXPRESSION_MEMORY.
  static absl::StatusOr<std::unique_ptr<CrossChecker>> Create(
      std::shared_ptr<const catalog::CrossCheckRules> rules,
      std::shared_ptr<const catalog::Catalog> catalog);
  ~CrossChecker();

  const catalog::CrossCheckRules& rules() const { return *rules_; }
  CrossCheckResult Check(const Household& household);

 private:
  struct RulePlan;
  enum class Verdict { kNo, kYes, kFault };

  CrossChecker(std::shared_ptr<const catalog::CrossCheckRules> rules,
               std::shared_ptr<const catalog::Catalog> catalog);
  absl::Status PlanRules();
  // False when the rule can say no more of this household.
  bool CheckOne(int rule, int member, CrossCheckResult* result);
  Verdict Holds(const expression::Chunk& condition, int rule, CrossCheckResult* result);
  Finding MakeFinding(int rule, int member) const;

  std::shared_ptr<const catalog::CrossCheckRules> rules_;
  std::shared_ptr<const catalog::Catalog> catalog_;
  std::unique_ptr<expression::Sandbox> sandbox_;
  FieldTable table_;
  std::unique_ptr<HouseholdView> view_;
  std::vector<RulePlan> plans_;
  // Of the rule being checked, by input.
  std::vector<Datum> data_;
  std::vector<Lineage> lineages_;
  std::vector<expression::Input> inputs_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CROSS_CHECK_H_
