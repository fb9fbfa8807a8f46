#include "services/identification/server/totals.h"

#include <utility>

#include "absl/time/clock.h"
#include "libs/kv/table.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/finding_counts.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr absl::Duration kFresh = absl::Milliseconds(500);

void AddTo(store::StoredTotals& sum, const store::StoredTotals& part) {
  sum.set_households(sum.households() + part.households());
  sum.set_persons(sum.persons() + part.persons());
  while (sum.classes_size() < part.classes_size()) sum.add_classes(0);
  for (int i = 0; i < part.classes_size(); ++i)
    sum.set_classes(i, sum.classes(i) + part.classes(i));
  sum.set_poor_persons(sum.poor_persons() + part.poor_persons());
  sum.set_open_findings(sum.open_findings() + part.open_findings());
}

int64_t ClassCount(const store::StoredTotals& totals, v1::PovertyClass poverty_class) {
  return poverty_class < totals.classes_size() ? totals.classes(poverty_class) : 0;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TotalsReader::Sums>> TotalsReader::Current() {
  absl::MutexLock lock(&mutex_);
  const absl::Time now = absl::Now();
  if (sums_ != nullptr && now - read_ < kFresh && now >= read_) return sums_;
  auto sums = std::make_shared<Sums>(divisions_->size());
  absl::Status status = absl::OkStatus();
  RETURN_IF_ERROR(kv_.ScanTable(
      kTotals, [&](absl::string_view, absl::string_view key, absl::string_view value) {
        auto totals = kv::Decode<store::StoredTotals>(value);
        if (!totals.ok()) {
          status = totals.status();
          return false;
        }
        if (const auto division = divisions_->Find(key)) {
          for (const division::Division& part : division->Path()) {
            AddTo((*sums)[part.order()], *totals);
          }
        }
        return true;
      }));
  RETURN_IF_ERROR(status);
  sums_ = std::move(sums);
  read_ = now;
  return sums_;
}

v1::DivisionTotal TotalsReader::ToProto(const division::Division& division,
                                        const Sums& sums) const {
  const store::StoredTotals& counts = sums[division.order()];
  v1::DivisionTotal out;
  out.set_division(std::string(division.code()));
  out.set_name_zh(std::string(division.name()));
  out.set_level(std::string(division.level_name()));
  out.set_household_count(counts.households());
  out.set_person_count(counts.persons());
  out.set_poor_count(ClassCount(counts, v1::POVERTY_CLASS_POOR));
  out.set_possibly_poor_count(ClassCount(counts, v1::POVERTY_CLASS_POSSIBLY_POOR));
  out.set_stable_count(ClassCount(counts, v1::POVERTY_CLASS_STABLE));
  out.set_not_scorable_count(ClassCount(counts, v1::POVERTY_CLASS_NOT_SCORABLE));
  out.set_poor_person_count(counts.poor_persons());
  out.set_open_finding_count(counts.open_findings());
  return out;
}

absl::StatusOr<v1::Totals> TotalsReader::Get(const std::string& division) {
  const auto found = divisions_->Find(division);
  if (!found) return Refuse("DIVISION_UNKNOWN", "division");
  ASSIGN_OR_RETURN(const auto sums, Current());
  v1::Totals totals;
  *totals.mutable_total() = ToProto(*found, *sums);
  for (const division::Division& part : found->children()) {
    *totals.add_parts() = ToProto(part, *sums);
  }
  return totals;
}

absl::StatusOr<v1::Overview> TotalsReader::GetOverview() {
  const auto known = knowledge_.current();
  v1::Overview out;
  out.set_catalog(known->catalog->id);
  out.set_catalog_version(known->catalog->version);
  out.set_label_zh(known->catalog->label_zh);
  out.set_label_en(known->catalog->label_en);
  ASSIGN_OR_RETURN(const auto sums, Current());
  for (const division::Division& top : divisions_->tops()) {
    if (out.root_division().empty()) out.set_root_division(std::string(top.code()));
    out.set_household_count(out.household_count() + (*sums)[top.order()].households());
    out.set_person_count(out.person_count() + (*sums)[top.order()].persons());
  }
  CountsByRule rules;
  absl::Status status = absl::OkStatus();
  RETURN_IF_ERROR(
      kv_.ScanTable(kCounters, [&](absl::string_view, absl::string_view, absl::string_view value) {
        auto counters = kv::Decode<store::StoredCounters>(value);
        if (!counters.ok()) {
          status = counters.status();
          return false;
        }
        out.set_automatic_count(out.automatic_count() + counters->automatic());
        out.set_manual_count(out.manual_count() + counters->manual());
        out.set_absent_count(out.absent_count() + counters->absent());
        AddTo(rules, *counters);
        return true;
      }));
  RETURN_IF_ERROR(status);
  DescribeRules(rules, *known, out.mutable_rules());
  out.set_pending_count(scorer_.pending());
  ASSIGN_OR_RETURN(const int64_t parked, facts_.ParkedCount());
  out.set_parked_event_count(parked);
  rpc::AddProblems(knowledge_.refused(), out.mutable_refused());
  return out;
}

}  // namespace fupin::identification
