#include "services/gis/store/cell_store.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/store/records.pb.h"

namespace fupin::gis {
namespace {

constexpr char kHouseholds[] = "households";
constexpr char kCells[] = "cells";
constexpr char kDays[] = "days";
constexpr char kPosition[] = "position";
constexpr char kFeedPartition[] = "feed";
// A score changes at most two places on up to nine levels, two rows each: a batch holds them all.
constexpr size_t kMaxScores = 50;

std::string PartitionName(const division::Division& division) {
  return absl::StrCat("m/", division.code());
}

std::string DayPrefix(absl::string_view place) {
  return absl::StrCat(place, absl::string_view("\0", 1));
}

std::string DayKey(absl::string_view place, Day day) {
  std::string key = DayPrefix(place);
  kv::AppendU32(&key, static_cast<uint32_t>(day));
  return key;
}

Counts FromStored(const store::StoredCounts& stored) {
  Counts counts;
  counts.households = stored.households();
  counts.persons = stored.persons();
  counts.poor = stored.poor();
  counts.possibly_poor = stored.possibly_poor();
  counts.stable = stored.stable();
  counts.not_scorable = stored.not_scorable();
  counts.poor_persons = stored.poor_persons();
  counts.index_sum = stored.index_sum();
  counts.registered = stored.registered();
  counts.registered_persons = stored.registered_persons();
  counts.exited = stored.exited();
  counts.exited_persons = stored.exited_persons();
  counts.monitored = stored.monitored();
  return counts;
}

store::StoredCounts ToStored(const Counts& counts, int64_t update_time_ms) {
  store::StoredCounts stored;
  stored.set_households(counts.households);
  stored.set_persons(counts.persons);
  stored.set_poor(counts.poor);
  stored.set_possibly_poor(counts.possibly_poor);
  stored.set_stable(counts.stable);
  stored.set_not_scorable(counts.not_scorable);
  stored.set_poor_persons(counts.poor_persons);
  stored.set_index_sum(counts.index_sum);
  stored.set_registered(counts.registered);
  stored.set_registered_persons(counts.registered_persons);
  stored.set_exited(counts.exited);
  stored.set_exited_persons(counts.exited_persons);
  stored.set_monitored(counts.monitored);
  stored.set_update_time_ms(update_time_ms);
  return stored;
}

Counts CountsOf(const store::StoredHousehold& household) {
  Counts counts = gis::CountsOf(static_cast<Standing>(household.standing()), household.persons());
  // Rows of before standings were known have a class and no mark.
  if (household.scored() || household.poverty_class() != 0) {
    counts += gis::CountsOf(static_cast<PovertyClass>(household.poverty_class()),
                            household.persons(), household.index_centipoints());
  }
  return counts;
}

// Takes a score over; false: it is not newer than what is counted.
bool Take(const ScoredHousehold& scored, const std::string& epoch,
          store::StoredHousehold* household) {
  const bool same = household->epoch() == epoch;
  if (same && household->version() >= scored.version) return false;
  if (!same) household->Clear();
  household->set_division(scored.division);
  household->set_poverty_class(scored.closed ? 0 : static_cast<int32_t>(scored.poverty_class));
  household->set_persons(scored.persons);
  household->set_index_centipoints(scored.index_centipoints);
  household->set_version(scored.version);
  household->set_epoch(epoch);
  household->set_scored(!scored.closed);
  return true;
}

bool Take(const StandingChange& change, const std::string& epoch,
          store::StoredHousehold* household) {
  const bool same = household->epoch() == epoch;
  if (same && household->status_version() >= change.version) return false;
  if (!same) household->Clear();
  if (!household->scored()) {
    household->set_division(change.division);
    household->set_persons(change.persons);
  }
  household->set_standing(static_cast<int32_t>(change.standing));
  household->set_status_version(change.version);
  household->set_epoch(epoch);
  return true;
}

// Delta of one place and the newest time behind it.
struct Delta {
  Counts counts;
  absl::Time time = absl::InfinitePast();
};

}  // namespace

std::vector<std::string> Tables() { return {kHouseholds, kCells, kDays, kPosition}; }

absl::StatusOr<std::string> CellStore::PartitionOf(const std::string& household) const {
  const auto unit = divisions_->Find(household.substr(0, household.rfind('-')));
  if (!unit) return Refuse("PLACE_UNKNOWN");
  const auto partition = unit->AncestorAt(partition_level_);
  return PartitionName(partition ? *partition : *unit);
}

bool CellStore::Knows(const std::string& id, const std::string& division) const {
  return PartitionOf(id).ok() && divisions_->Find(division).has_value();
}

void CellStore::NoteRow(const std::string& partition, const division::Division& place) {
  const auto own = place.AncestorAt(partition_level_);
  // Above the level of partitions every partition below may have rows.
  if (!own || PartitionName(*own) == partition) return;
  absl::MutexLock lock(&mutex_);
  moved_[place.order()].insert(partition);
}

std::vector<std::string> CellStore::PartitionsOf(const division::Division& place) const {
  std::vector<std::string> partitions;
  if (const auto own = place.AncestorAt(partition_level_)) {
    partitions.push_back(PartitionName(*own));
    absl::MutexLock lock(&mutex_);
    const auto moved = moved_.find(place.order());
    if (moved != moved_.end()) {
      partitions.insert(partitions.end(), moved->second.begin(), moved->second.end());
    }
    return partitions;
  }
  for (const division::Division& each : divisions_->all()) {
    if (each.level() == partition_level_) partitions.push_back(PartitionName(each));
  }
  return partitions;
}

absl::StatusOr<std::vector<CellChange>> CellStore::Apply(
    const std::string& epoch, const std::vector<ScoredHousehold>& scored) {
  return ApplyAll(epoch, scored);
}

absl::StatusOr<std::vector<CellChange>> CellStore::ApplyStandings(
    const std::string& epoch, const std::vector<StandingChange>& changes) {
  return ApplyAll(epoch, changes);
}

template <typename Update>
absl::StatusOr<std::vector<CellChange>> CellStore::ApplyAll(const std::string& epoch,
                                                            const std::vector<Update>& updates) {
  std::map<std::string, std::vector<const Update*>> by_partition;
  for (const Update& each : updates) {
    ASSIGN_OR_RETURN(const std::string partition, PartitionOf(each.id));
    if (!divisions_->Find(each.division)) return Refuse("PLACE_UNKNOWN", "division");
    by_partition[partition].push_back(&each);
  }
  std::vector<kv::Batch> batches;
  std::map<uint32_t, Delta> changed;
  for (const auto& [partition, all] : by_partition) {
    // What this call has made of rows that are not committed yet.
    std::map<std::string, store::StoredHousehold> households;
    std::map<uint32_t, store::StoredCounts> cells;
    for (size_t from = 0; from < all.size(); from += kMaxScores) {
      kv::Batch batch(partition);
      std::map<uint32_t, Delta> deltas;  // of the places the households are in
      for (size_t i = from; i < std::min(all.size(), from + kMaxScores); ++i) {
        const Update& next = *all[i];
        auto known = households.find(next.id);
        if (known == households.end()) {
          ASSIGN_OR_RETURN(const auto value, kv_.Get(kHouseholds, partition, next.id));
          store::StoredHousehold stored;
          if (value) {
            ASSIGN_OR_RETURN(stored, kv::Decode<store::StoredHousehold>(*value));
          }
          known = households.emplace(next.id, std::move(stored)).first;
        }
        store::StoredHousehold& household = known->second;
        const store::StoredHousehold before = household;
        if (!Take(next, epoch, &household)) continue;
        if (const auto place = divisions_->Find(before.division())) {
          Delta& left = deltas[place->order()];
          left.counts -= CountsOf(before);
          left.time = std::max(left.time, next.time);  // it left on that day, not earlier
        }
        Delta& delta = deltas[divisions_->Find(household.division())->order()];
        delta.counts += CountsOf(household);
        delta.time = std::max(delta.time, next.time);
        batch.Put(kHouseholds, next.id, kv::Encode(household));
      }
      // Up the tree, then one row a place.
      std::map<uint32_t, Delta> rows;
      for (const auto& [order, delta] : deltas) {
        for (const division::Division& place : divisions_->At(order).Path()) {
          Delta& sum = rows[place.order()];
          sum.counts += delta.counts;
          sum.time = std::max(sum.time, delta.time);
        }
        Delta& total = changed[order];
        total.counts += delta.counts;
        total.time = std::max(total.time, delta.time);
      }
      for (const auto& [order, delta] : rows) {
        const division::Division place = divisions_->At(order);
        const std::string code(place.code());
        auto cell = cells.find(order);
        if (cell == cells.end()) {
          ASSIGN_OR_RETURN(const auto value, kv_.Get(kCells, partition, code));
          store::StoredCounts stored;
          if (value) {
            ASSIGN_OR_RETURN(stored, kv::Decode<store::StoredCounts>(*value));
          }
          cell = cells.emplace(order, stored).first;
        }
        Counts counts = FromStored(cell->second);
        counts += delta.counts;
        const int64_t time =
            std::max<int64_t>(cell->second.update_time_ms(), absl::ToUnixMillis(delta.time));
        cell->second = ToStored(counts, time);
        const std::string value = kv::Encode(cell->second);
        batch.Put(kCells, code, value);
        // A late score counts on the day of the newest one: what was shown of a past day stays.
        batch.Put(kDays, DayKey(code, DayOf(absl::FromUnixMillis(time))), value);
        NoteRow(partition, place);
      }
      if (batch.keys() > 0) batches.push_back(std::move(batch));
    }
  }
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  std::vector<CellChange> changes;
  for (const auto& [order, delta] : changed) {
    changes.push_back({divisions_->At(order), delta.counts, delta.time});
  }
  return changes;
}

absl::Status CellStore::Reset(Day day) {
  std::map<std::string, std::vector<std::string>> households;
  RETURN_IF_ERROR(kv_.ScanTable(
      kHouseholds, [&](absl::string_view partition, absl::string_view key, absl::string_view) {
        households[std::string(partition)].emplace_back(key);
        return true;
      }));
  std::map<std::string, std::vector<std::string>> cells;
  RETURN_IF_ERROR(kv_.ScanTable(
      kCells, [&](absl::string_view partition, absl::string_view key, absl::string_view) {
        cells[std::string(partition)].emplace_back(key);
        return true;
      }));
  std::vector<kv::Batch> batches;
  const auto room = [&](kv::Batch& batch, const std::string& partition) {
    if (batch.keys() + 2 < kv::kMaxBatchKeys) return;
    batches.push_back(std::exchange(batch, kv::Batch(partition)));
  };
  // A crash in between leaves sums that the next Reset clears: the epoch is taken over afterwards.
  std::set<std::string> partitions;
  for (const auto& [partition, ids] : households) partitions.insert(partition);
  for (const auto& [partition, places] : cells) partitions.insert(partition);
  for (const std::string& partition : partitions) {
    kv::Batch batch(partition);
    for (const std::string& id : households[partition]) {
      room(batch, partition);
      batch.Delete(kHouseholds, id);
    }
    for (const std::string& place : cells[partition]) {
      room(batch, partition);
      batch.Delete(kCells, place);
      batch.Put(kDays, DayKey(place, day), kv::Encode(store::StoredCounts()));
    }
    batches.push_back(std::move(batch));
  }
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::Status CellStore::Load(const Visitor& visit) {
  absl::Status status = absl::OkStatus();
  RETURN_IF_ERROR(kv_.ScanTable(
      kCells, [&](absl::string_view partition, absl::string_view key, absl::string_view value) {
        auto stored = kv::Decode<store::StoredCounts>(value);
        if (!stored.ok()) {
          status = stored.status();
          return false;
        }
        // A place that is gone from the files: its households count above it.
        if (const auto place = divisions_->Find(key)) {
          visit(*place, FromStored(*stored), absl::FromUnixMillis(stored->update_time_ms()));
          NoteRow(std::string(partition), *place);
        }
        return true;
      }));
  return status;
}

absl::StatusOr<Counts> CellStore::At(const division::Division& place, Day day) const {
  Counts sum;
  for (const std::string& partition : PartitionsOf(place)) {
    ASSIGN_OR_RETURN(const kv::Page page, kv_.ScanBack(kDays, partition, DayPrefix(place.code()),
                                                       DayKey(place.code(), day + 1), 1));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredCounts>(row.value));
      sum += FromStored(stored);
    }
  }
  return sum;
}

absl::StatusOr<std::vector<CellStore::DayCounts>> CellStore::Days(const division::Division& place,
                                                                  Day from, Day to) const {
  // Day -> how the sum changes on it, over all partitions.
  std::map<Day, Counts> steps;
  Counts sum;
  bool before = false;
  for (const std::string& partition : PartitionsOf(place)) {
    ASSIGN_OR_RETURN(const kv::Page earlier, kv_.ScanBack(kDays, partition, DayPrefix(place.code()),
                                                          DayKey(place.code(), from), 1));
    Counts last;
    for (const kv::Row& row : earlier.rows) {
      ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredCounts>(row.value));
      last = FromStored(stored);
      before = true;
    }
    sum += last;
    std::string begin = DayKey(place.code(), from);
    const std::string end = DayKey(place.code(), to + 1);
    while (!begin.empty()) {
      ASSIGN_OR_RETURN(const kv::Page page,
                       kv_.Scan(kDays, partition, begin, end, kv::kMaxPageRows));
      for (const kv::Row& row : page.rows) {
        ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredCounts>(row.value));
        const Counts counts = FromStored(stored);
        Counts& step = steps[static_cast<Day>(
            kv::ReadU32(absl::string_view(row.key).substr(row.key.size() - 4)))];
        step += counts;
        step -= last;
        last = counts;
      }
      begin = page.next;
    }
  }
  std::vector<DayCounts> days;
  if (before) days.push_back({from - 1, sum});
  for (const auto& [day, step] : steps) {
    sum += step;
    days.push_back({day, sum});
  }
  return days;
}

absl::StatusOr<std::optional<Day>> CellStore::FirstDay() const {
  std::optional<Day> first;
  for (const division::Division& top : divisions_->tops()) {
    for (const std::string& partition : PartitionsOf(top)) {
      const std::string prefix = DayPrefix(top.code());
      ASSIGN_OR_RETURN(const kv::Page page,
                       kv_.Scan(kDays, partition, prefix, kv::PrefixEnd(prefix), 1));
      for (const kv::Row& row : page.rows) {
        const Day day =
            static_cast<Day>(kv::ReadU32(absl::string_view(row.key).substr(row.key.size() - 4)));
        first = first ? std::min(*first, day) : day;
      }
    }
  }
  return first;
}

absl::StatusOr<feed::Position> CellStore::Position() const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kPosition, kFeedPartition, "p"));
  if (!value) return feed::Position();
  ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredPosition>(*value));
  feed::Position position;
  position.epoch = stored.epoch();
  position.cursors.insert(stored.cursors().begin(), stored.cursors().end());
  return position;
}

absl::Status CellStore::Save(const feed::Position& position) {
  store::StoredPosition stored;
  stored.set_epoch(position.epoch);
  stored.mutable_cursors()->insert(position.cursors.begin(), position.cursors.end());
  kv::Batch batch(kFeedPartition);
  batch.Put(kPosition, "p", kv::Encode(stored));
  return kv_.Commit(batch);
}

}  // namespace fupin::gis
