// A named input of a formula or a rule: a pick, a default, and how Lua sees the value.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_INPUT_PLAN_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_INPUT_PLAN_H_

#include <optional>

#include "libs/catalog/catalog.h"
#include "libs/expression/sandbox.h"
#include "services/identification/domain/datum.h"
#include "services/identification/domain/pick_plan.h"

namespace fupin::identification {

// Absent is nil. Texts are views of the datum's.
expression::Input ToInput(const Datum& datum);

class InputPlan {
 public:
  InputPlan(const catalog::Input& input, absl::CivilDay reference_date, FieldTable* table)
      : pick_(input.pick, reference_date, table), default_value_(input.default_value) {}

  // As PickPlan::Evaluate, with the default where the pick is absent.
  Datum Evaluate(const HouseholdView& view, int member, Lineage* lineage) const;

 private:
  PickPlan pick_;
  std::optional<double> default_value_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_INPUT_PLAN_H_
