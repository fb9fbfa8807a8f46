// The sums of past days.
#include <algorithm>
#include <map>
#include <optional>

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/gis/store/cell_rows.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {
namespace {

// What a table of days says of a place in one partition before a day; nothing: it has no row.
template <typename Row>
auto Before(const kv::Store& kv, const char* table, const std::string& partition,
            absl::string_view place, Day day)
    -> absl::StatusOr<std::optional<decltype(FromStored(Row()))>> {
  std::optional<decltype(FromStored(Row()))> found;
  ASSIGN_OR_RETURN(const kv::Page page,
                   kv.ScanBack(table, partition, DayPrefix(place), DayKey(place, day), 1));
  for (const kv::Row& row : page.rows) {
    ASSIGN_OR_RETURN(const auto stored, kv::Decode<Row>(row.value));
    found = FromStored(stored);
  }
  return found;
}

struct NewestDay {
  Day day;
  Counts counts;
};

// The row in cells. Whoever reads it first and then rows of earlier days needs no snapshot: those
// change no more.
absl::StatusOr<std::optional<NewestDay>> Newest(const kv::Store& kv, const std::string& partition,
                                                absl::string_view place) {
  ASSIGN_OR_RETURN(const auto value, kv.Get(kCells, partition, place));
  if (!value) return std::optional<NewestDay>();
  ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredCounts>(*value));
  return std::optional(
      NewestDay{DayOf(absl::FromUnixMillis(stored.update_time_ms())), FromStored(stored)});
}

// Calls step(day, change) for each day within [from, to) that has a row; `last` is the sum before
// `from` and becomes that of the last row.
template <typename Row, typename Sum, typename Step>
absl::Status EachStep(const kv::Store& kv, const char* table, const std::string& partition,
                      absl::string_view place, Day from, Day to, Sum* last, const Step& step) {
  std::string begin = DayKey(place, from);
  const std::string end = DayKey(place, to);
  while (!begin.empty()) {
    ASSIGN_OR_RETURN(const kv::Page page, kv.Scan(table, partition, begin, end, kv::kMaxPageRows));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(const auto stored, kv::Decode<Row>(row.value));
      const Sum sum = FromStored(stored);
      Sum change = sum;
      change -= *last;
      step(DayOfKey(row.key), change);
      *last = sum;
    }
    begin = page.next;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<Counts>> CellStore::At(const std::string& partition,
                                                    absl::string_view place, Day day) const {
  ASSIGN_OR_RETURN(const auto newest, Newest(kv_, partition, place));
  if (newest && newest->day <= day) return std::optional(newest->counts);
  return Before<store::StoredCounts>(kv_, kDays, partition, place, day + 1);
}

absl::StatusOr<Counts> CellStore::At(const division::Division& place, Day day) const {
  RETURN_IF_ERROR(CommitUpTo(day));
  Counts sum;
  for (const std::string& partition : PartitionsOf(place)) {
    ASSIGN_OR_RETURN(const auto counts, At(partition, place.code(), day));
    if (counts) sum += *counts;
  }
  return sum;
}

absl::StatusOr<CauseCounts> CellStore::CausesAt(const division::Division& place, Day day) const {
  RETURN_IF_ERROR(CommitUpTo(day));
  CauseCounts sum;
  for (const std::string& partition : PartitionsOf(place)) {
    ASSIGN_OR_RETURN(const auto causes, Before<store::StoredCauses>(kv_, kCauseDays, partition,
                                                                    place.code(), day + 1));
    if (causes) sum += *causes;
  }
  return sum;
}

absl::StatusOr<std::vector<CellStore::DayCounts>> CellStore::Days(const division::Division& place,
                                                                  Day from, Day to) const {
  RETURN_IF_ERROR(CommitUpTo(to));
  // Day -> how the sums change on it, over all partitions.
  std::map<Day, DayCounts> steps;
  DayCounts sum{from - 1, {}, {}};
  bool before = false;
  for (const std::string& partition : PartitionsOf(place)) {
    ASSIGN_OR_RETURN(const auto newest, Newest(kv_, partition, place.code()));
    ASSIGN_OR_RETURN(const auto counts, At(partition, place.code(), from - 1));
    before |= counts.has_value();
    Counts last = counts.value_or(Counts());
    sum.counts += last;
    RETURN_IF_ERROR(EachStep<store::StoredCounts>(
        kv_, kDays, partition, place.code(), from, newest ? std::min(newest->day, to + 1) : to + 1,
        &last, [&](Day day, const Counts& change) { steps[day].counts += change; }));
    if (newest && newest->day >= from && newest->day <= to) {
      Counts change = newest->counts;
      change -= last;
      steps[newest->day].counts += change;
    }
    ASSIGN_OR_RETURN(const auto causes,
                     Before<store::StoredCauses>(kv_, kCauseDays, partition, place.code(), from));
    CauseCounts last_causes = causes.value_or(CauseCounts());
    sum.causes += last_causes;
    RETURN_IF_ERROR(EachStep<store::StoredCauses>(
        kv_, kCauseDays, partition, place.code(), from, to + 1, &last_causes,
        [&](Day day, const CauseCounts& change) { steps[day].causes += change; }));
  }
  std::vector<DayCounts> days;
  if (before) days.push_back(sum);
  for (const auto& [day, step] : steps) {
    sum.day = day;
    sum.counts += step.counts;
    sum.causes += step.causes;
    days.push_back(sum);
  }
  return days;
}

absl::StatusOr<std::optional<Day>> CellStore::FirstDay() const {
  RETURN_IF_ERROR(Commit());
  std::optional<Day> first;
  const auto note = [&](Day day) { first = first ? std::min(*first, day) : day; };
  for (const division::Division& top : divisions_->tops()) {
    for (const std::string& partition : PartitionsOf(top)) {
      ASSIGN_OR_RETURN(const auto newest, Newest(kv_, partition, top.code()));
      if (newest) note(newest->day);
      const std::string prefix = DayPrefix(top.code());
      ASSIGN_OR_RETURN(const kv::Page page,
                       kv_.Scan(kDays, partition, prefix, kv::PrefixEnd(prefix), 1));
      for (const kv::Row& row : page.rows) note(DayOfKey(row.key));
    }
  }
  return first;
}

}  // namespace fupin::gis
