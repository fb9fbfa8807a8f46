#include "services/identification/store/automation.h"

#include "absl/strings/str_format.h"

namespace fupin::identification {
namespace {

void Add(google::protobuf::RepeatedField<int64_t>* counts, int index, int64_t more) {
  while (counts->size() <= index) counts->Add(0);
  counts->Set(index, counts->Get(index) + more);
}

void Add(store::DatasetCount& count, int64_t households, int64_t values, int64_t seconds) {
  count.set_households(count.households() + households);
  count.set_values(count.values() + values);
  count.set_business_seconds_sum(count.business_seconds_sum() + seconds);
}

}  // namespace

store::StoredFillings ToStored(const Fillings& fillings, uint64_t source_fingerprint) {
  store::StoredFillings stored;
  stored.set_by_indicator(fillings.by_indicator);
  stored.set_source_fingerprint(source_fingerprint);
  for (const auto& [dataset, use] : fillings.datasets) {
    store::StoredDatasetUse* out = stored.add_datasets();
    out->set_dataset(dataset);
    out->set_values(use.values);
    out->set_business_seconds_sum(use.business_seconds_sum);
  }
  return stored;
}

std::string AutomationKey(uint64_t source_fingerprint) {
  return absl::StrFormat("%016x", source_fingerprint);
}

void Count(store::StoredAutomation& counts, const store::StoredFillings& fillings, int sign) {
  counts.set_households(counts.households() + sign);
  for (size_t i = 0; i < fillings.by_indicator().size(); ++i) {
    const int index = static_cast<int>(i);
    switch (static_cast<ColumnFilling>(fillings.by_indicator()[i])) {
      case ColumnFilling::kAutomatic:
        Add(counts.mutable_automatic(), index, sign);
        break;
      case ColumnFilling::kManual:
        Add(counts.mutable_manual(), index, sign);
        break;
      case ColumnFilling::kAbsent:
        Add(counts.mutable_absent(), index, sign);
        break;
      case ColumnFilling::kNotApplicable:
        break;
    }
  }
  for (const store::StoredDatasetUse& use : fillings.datasets()) {
    Add((*counts.mutable_datasets())[use.dataset()], sign, sign * use.values(),
        sign * use.business_seconds_sum());
  }
}

void AddTo(store::StoredAutomation& sum, const store::StoredAutomation& part) {
  sum.set_households(sum.households() + part.households());
  for (int i = 0; i < part.automatic_size(); ++i)
    Add(sum.mutable_automatic(), i, part.automatic(i));
  for (int i = 0; i < part.manual_size(); ++i) Add(sum.mutable_manual(), i, part.manual(i));
  for (int i = 0; i < part.absent_size(); ++i) Add(sum.mutable_absent(), i, part.absent(i));
  for (const auto& [dataset, count] : part.datasets()) {
    Add((*sum.mutable_datasets())[dataset], count.households(), count.values(),
        count.business_seconds_sum());
  }
}

}  // namespace fupin::identification
