#include "services/identification/domain/input_plan.h"

namespace fupin::identification {

expression::Input ToInput(const Datum& datum) {
  switch (datum.kind) {
    case Datum::Kind::kNumber:
      return datum.number;
    case Datum::Kind::kBoolean:
      return datum.number != 0;
    case Datum::Kind::kText:
      return datum.text;
    case Datum::Kind::kAbsent:
      break;
  }
  return std::monostate();
}

Datum InputPlan::Evaluate(const HouseholdView& view, int member, Lineage* lineage) const {
  const Datum datum = pick_.Evaluate(view, member, lineage);
  if (datum.present() || !default_value_) return datum;
  return Datum::Number(*default_value_);
}

}  // namespace fupin::identification
