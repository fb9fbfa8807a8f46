#include "services/identification/domain/fillings.h"

#include <algorithm>

namespace fupin::identification {
namespace {

ColumnFilling Of(const DerivedValue& value) {
  switch (value.state) {
    case ValueState::kPresent:
      return value.filling == Filling::kAutomatic ? ColumnFilling::kAutomatic
                                                  : ColumnFilling::kManual;
    case ValueState::kAbsent:
      return ColumnFilling::kAbsent;
    case ValueState::kNotApplicable:
      break;
  }
  return ColumnFilling::kNotApplicable;
}

}  // namespace

Fillings FillingsOf(const Household& household, const Derivation& derivation) {
  Fillings fillings;
  for (const Fact& fact : household.facts) fillings.datasets[fact.source.dataset];
  for (size_t i = 0; i < derivation.details.size(); ++i) {
    const DerivedValue& value = derivation.details[i];
    fillings.by_indicator.push_back(static_cast<char>(Of(value)));
    if (value.state != ValueState::kPresent) continue;
    std::map<std::string, int64_t> newest;
    for (const Evidence& evidence : derivation.EvidenceOf(static_cast<int>(i))) {
      if (evidence.kind != Evidence::Kind::kFact) continue;
      const FactSource& source = household.facts[static_cast<size_t>(evidence.index)].source;
      int64_t& seconds = newest[source.dataset];
      seconds = std::max(seconds, absl::ToUnixSeconds(source.business_time));
    }
    for (const auto& [dataset, seconds] : newest) {
      DatasetUse& use = fillings.datasets[dataset];
      ++use.values;
      use.business_seconds_sum += seconds;
    }
  }
  return fillings;
}

}  // namespace fupin::identification
