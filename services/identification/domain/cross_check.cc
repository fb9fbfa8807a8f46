#include "services/identification/domain/cross_check.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/catalog/stable_hash.h"
#include "libs/fixed/fixed.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/input_plan.h"

namespace fupin::identification {
namespace {

std::string ToText(const Datum& datum) {
  switch (datum.kind) {
    case Datum::Kind::kNumber: {
      const auto micro = fixed::MicroFromDouble(datum.number);
      return micro.ok() ? fixed::ToText(*micro) : absl::StrCat(datum.number);
    }
    case Datum::Kind::kBoolean:
      return datum.number != 0 ? "true" : "false";
    case Datum::Kind::kText:
      return std::string(datum.text);
    case Datum::Kind::kAbsent:
      break;
  }
  return "";
}

// A member without a key is known by what is written of him; equal ones by their order.
uint64_t PersonHash(const Household& household, int member) {
  catalog::StableHash hash;
  if (member < 0) return hash.Add("household").value();
  const Member& person = household.members[member];
  const auto same = [&](const Member& other) {
    if (!person.person.empty()) return other.person == person.person;
    return other.person.empty() && other.name == person.name &&
           other.birth_date == person.birth_date && other.relation == person.relation;
  };
  uint64_t equals_before = 0;
  for (int i = 0; i < member; ++i) equals_before += same(household.members[i]);
  hash.Add(equals_before).Add(person.person);
  if (person.person.empty()) hash.Add(person.name).Add(person.birth_date).Add(person.relation);
  return hash.value();
}

}  // namespace

struct CrossChecker::RulePlan {
  std::vector<InputPlan> inputs;
  expression::Chunk when;
  std::vector<expression::Chunk> exceptions;
};

CrossChecker::CrossChecker(std::shared_ptr<const catalog::CrossCheckRules> rules,
                           std::shared_ptr<const catalog::Catalog> catalog)
    : rules_(std::move(rules)), catalog_(std::move(catalog)), table_(*catalog_) {}

CrossChecker::~CrossChecker() = default;

absl::StatusOr<std::unique_ptr<CrossChecker>> CrossChecker::Create(
    std::shared_ptr<const catalog::CrossCheckRules> rules,
    std::shared_ptr<const catalog::Catalog> catalog) {
  std::unique_ptr<CrossChecker> checker(new CrossChecker(std::move(rules), std::move(catalog)));
  ASSIGN_OR_RETURN(checker->sandbox_, expression::Sandbox::Create());
  RETURN_IF_ERROR(checker->PlanRules());
  checker->view_ = std::make_unique<HouseholdView>(&checker->table_);
  return checker;
}

absl::Status CrossChecker::PlanRules() {
  for (const catalog::CrossCheckRule& rule : rules_->rules) {
    RulePlan plan;
    std::vector<std::string> names;
    for (const catalog::Input& input : rule.inputs) {
      names.push_back(input.name);
      plan.inputs.emplace_back(input, catalog_->reference_date, &table_);
    }
    ASSIGN_OR_RETURN(plan.when, sandbox_->Compile(rule.when.expression, rule.when.position, names));
    for (const catalog::RuleException& exception : rule.exceptions) {
      ASSIGN_OR_RETURN(
          const expression::Chunk chunk,
          sandbox_->Compile(exception.when.expression, exception.when.position, names));
      plan.exceptions.push_back(chunk);
    }
    plans_.push_back(std::move(plan));
  }
  return absl::OkStatus();
}

CrossChecker::Verdict CrossChecker::Holds(const expression::Chunk& condition, int rule,
                                          CrossCheckResult* result) {
  const auto output = sandbox_->Evaluate(condition, inputs_);
  if (!output.ok()) {
    const Problem problem = ProblemsOf(output.status()).front();
    result->faults.push_back(
        {rules_->rules[rule].code, problem.reason, problem.message_zh, problem.message_en});
    return Verdict::kFault;
  }
  if (const bool* yes = std::get_if<bool>(&*output)) return *yes ? Verdict::kYes : Verdict::kNo;
  // nil: with what is known nothing can be said.
  if (std::holds_alternative<std::monostate>(*output)) return Verdict::kNo;
  const std::string& position = rules_->rules[rule].when.position;
  result->faults.push_back({rules_->rules[rule].code, "VALUE_TYPE",
                            absl::StrCat(position, ": 条件的结果不是是/否"),
                            absl::StrCat(position, ": the condition is not true or false")});
  return Verdict::kFault;
}

bool CrossChecker::CheckOne(int rule_index, int member, CrossCheckResult* result) {
  const catalog::CrossCheckRule& rule = rules_->rules[rule_index];
  const RulePlan& plan = plans_[rule_index];
  const size_t count = plan.inputs.size();
  data_.resize(count);
  lineages_.resize(count);
  inputs_.clear();
  for (size_t i = 0; i < count; ++i) {
    lineages_[i].evidence.clear();
    data_[i] = plan.inputs[i].Evaluate(*view_, member, &lineages_[i]);
    inputs_.push_back(ToInput(data_[i]));
  }
  for (int need : rule.needs) {
    if (!data_[need].present()) return true;
  }
  const Verdict verdict = Holds(plan.when, rule_index, result);
  if (verdict != Verdict::kYes) return verdict != Verdict::kFault;
  for (size_t i = 0; i < plan.exceptions.size(); ++i) {
    const Verdict excused = Holds(plan.exceptions[i], rule_index, result);
    if (excused == Verdict::kFault) return false;
    if (excused == Verdict::kYes) {
      result->excused.push_back({rule.code, member, rule.exceptions[i].code});
      return true;
    }
  }
  result->findings.push_back(MakeFinding(rule_index, member));
  return true;
}

Finding CrossChecker::MakeFinding(int rule_index, int member) const {
  const catalog::CrossCheckRule& rule = rules_->rules[rule_index];
  Finding finding{
      .rule = rule.code, .member = member, .severity = rule.severity, .kind = rule.kind};
  const uint64_t person = PersonHash(view_->household(), member);
  finding.key = absl::StrCat(rule.code, "-", absl::Hex(person, absl::kZeroPad16));
  if (rule.field_input >= 0) {
    finding.field_value = ToText(data_[rule.field_input]);
    finding.field_evidence = lineages_[rule.field_input].evidence;
  }
  if (rule.department_input >= 0) {
    finding.department_value = ToText(data_[rule.department_input]);
    finding.department_evidence = lineages_[rule.department_input].evidence;
  }
  finding.values_hash =
      catalog::StableHash().Add(finding.field_value).Add(finding.department_value).value();
  return finding;
}

CrossCheckResult CrossChecker::Check(const Household& household) {
  view_->Bind(household);
  CrossCheckResult result;
  for (size_t i = 0; i < plans_.size(); ++i) {
    const int rule = static_cast<int>(i);
    if (!rules_->rules[i].per_member) {
      CheckOne(rule, -1, &result);
      continue;
    }
    for (int member = 0; member < view_->member_count(); ++member) {
      if (!CheckOne(rule, member, &result)) break;
    }
  }
  return result;
}

}  // namespace fupin::identification
