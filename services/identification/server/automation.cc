#include "services/identification/server/automation.h"

#include <google/protobuf/util/time_util.h>

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/automation.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

int64_t At(const google::protobuf::RepeatedField<int64_t>& counts, int index) {
  return index < counts.size() ? counts.Get(index) : 0;
}

int32_t Permille(int64_t part, int64_t whole) {
  return whole > 0 ? static_cast<int32_t>(1000 * part / whole) : 0;
}

v1::FillCount ToProto(int64_t automatic, int64_t manual, int64_t absent) {
  v1::FillCount out;
  out.set_automatic_count(automatic);
  out.set_manual_count(manual);
  out.set_absent_count(absent);
  out.set_automatic_permille(Permille(automatic, automatic + manual));
  return out;
}

v1::FillCount Total(const store::StoredAutomation& counts) {
  const auto sum = [](const google::protobuf::RepeatedField<int64_t>& of) {
    int64_t all = 0;
    for (const int64_t count : of) all += count;
    return all;
  };
  return ToProto(sum(counts.automatic()), sum(counts.manual()), sum(counts.absent()));
}

}  // namespace

absl::StatusOr<store::StoredAutomation> AutomationReader::Sum(const division::Division& division,
                                                              const Known& known) const {
  const std::string key = AutomationKey(known.catalog->source_fingerprint);
  store::StoredAutomation sum;
  const auto add = [&](const division::Division& township) -> absl::Status {
    const std::string partition = TownshipPartition(township.code());
    ASSIGN_OR_RETURN(const auto value, kv_.Get(kAutomation, partition, key));
    if (!value) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto counts, kv::Decode<store::StoredAutomation>(*value));
    AddTo(sum, counts);
    return absl::OkStatus();
  };
  for (const division::Division& part : division.subtree()) {
    if (part.level() == partition_level_) RETURN_IF_ERROR(add(part));
  }
  return sum;
}

absl::StatusOr<v1::Automation> AutomationReader::Describe(const division::Division& division,
                                                          const Known& known) const {
  ASSIGN_OR_RETURN(const auto counts, Sum(division, known));
  v1::Automation out;
  out.set_division(std::string(division.code()));
  out.set_name_zh(std::string(division.name()));
  out.set_level(std::string(division.level_name()));
  out.set_household_count(counts.households());
  *out.mutable_values() = Total(counts);
  const catalog::Catalog& catalog = *known.catalog;
  for (size_t i = 0; i < catalog.indicators.size(); ++i) {
    const int index = static_cast<int>(i);
    v1::IndicatorFilling* indicator = out.add_indicators();
    indicator->set_indicator(catalog.indicators[i].code);
    indicator->set_name_zh(catalog.indicators[i].name_zh);
    indicator->set_name_en(catalog.indicators[i].name_en);
    *indicator->mutable_values() = ToProto(At(counts.automatic(), index),
                                           At(counts.manual(), index), At(counts.absent(), index));
  }
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  // Every dataset of the contracts, so that one that gives nothing shows as such.
  for (const std::string& dataset : known.contracts->datasets()) {
    const contract::Contract& contract = *known.contracts->Find(dataset);
    v1::DatasetFilling* filling = out.add_datasets();
    filling->set_dataset(dataset);
    filling->set_name_zh(contract.options.name_zh());
    filling->set_name_en(contract.options.name_en());
    filling->set_participant(contract.options.participant());
    const auto found = counts.datasets().find(dataset);
    if (found == counts.datasets().end()) continue;
    const store::DatasetCount& count = found->second;
    filling->set_value_count(count.values());
    filling->set_covered_household_count(count.households());
    filling->set_coverage_permille(Permille(count.households(), counts.households()));
    if (count.values() > 0) {
      *filling->mutable_mean_age() = google::protobuf::util::TimeUtil::SecondsToDuration(
          now - count.business_seconds_sum() / count.values());
    }
  }
  return out;
}

std::string AutomationReader::Counted(const std::string& code) const {
  const auto division = divisions_->Find(code);
  const auto unit = division ? division->AncestorAt(partition_level_) : std::nullopt;
  return unit ? std::string(unit->code()) : code;
}

absl::StatusOr<v1::Automation> AutomationReader::Get(const std::string& code) const {
  const auto division = divisions_->Find(code);
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  const auto known = knowledge_.current();
  const auto unit = division->AncestorAt(partition_level_);
  ASSIGN_OR_RETURN(v1::Automation out, Describe(unit ? *unit : *division, *known));
  if (unit) return out;
  for (const division::Division& part : division->children()) {
    ASSIGN_OR_RETURN(const auto counts, Sum(part, *known));
    v1::DivisionFilling* filling = out.add_parts();
    filling->set_division(std::string(part.code()));
    filling->set_name_zh(std::string(part.name()));
    filling->set_level(std::string(part.level_name()));
    filling->set_household_count(counts.households());
    *filling->mutable_values() = Total(counts);
  }
  return out;
}

absl::Status AutomationReader::Measure(IdentificationMetrics& metrics) const {
  const auto known = knowledge_.current();
  for (const division::Division& top : divisions_->tops()) {
    ASSIGN_OR_RETURN(const v1::Automation all, Describe(top, *known));
    metrics.automatic_values.Set(static_cast<double>(all.values().automatic_count()));
    metrics.manual_values.Set(static_cast<double>(all.values().manual_count()));
    metrics.absent_values.Set(static_cast<double>(all.values().absent_count()));
    for (const v1::DatasetFilling& dataset : all.datasets()) {
      metrics.Dataset(dataset.dataset(), dataset.participant(),
                      all.household_count() > 0
                          ? static_cast<double>(dataset.covered_household_count()) /
                                static_cast<double>(all.household_count())
                          : 0,
                      static_cast<double>(dataset.mean_age().seconds()));
    }
    break;  // one province a store
  }
  return absl::OkStatus();
}

}  // namespace fupin::identification
