#include "services/gis/store/cell_store.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/store/cell_rows.h"
#include "services/gis/store/records.pb.h"

namespace fupin::gis {
namespace {

constexpr char kFeedPartition[] = "feed";
// With causes; without, the feed is to be followed from its beginning.
constexpr int kFormat = 1;
// An event changes its household and at most two places on up to nine levels, two rows each; and
// where causes change, two more.
constexpr int kMostKeys = 1 + 2 * 9 * 2;
constexpr int kMostCauseKeys = 2 * 9 * 2;

std::string PartitionName(const division::Division& division) {
  return absl::StrCat("m/", division.code());
}

// Delta of one place and the newest time behind it.
struct Delta {
  Counts counts;
  CauseCounts causes;
  absl::Time time = absl::InfinitePast();

  void Add(const Delta& other) {
    counts += other.counts;
    causes += other.causes;
    time = std::max(time, other.time);
  }
};

}  // namespace

std::vector<std::string> Tables() {
  return {kHouseholds, kCells, kDays, kCauses, kCauseDays, kPosition};
}

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
    std::map<uint32_t, CauseCounts> causes;
    for (size_t i = 0; i < all.size();) {
      kv::Batch batch(partition);
      std::map<uint32_t, Delta> deltas;  // of the places the households are in
      // As many as surely fit into one batch.
      for (int keys = 0; i < all.size() && keys + kMostKeys + kMostCauseKeys <= kv::kMaxBatchKeys;
           ++i, keys += kMostKeys) {
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
        const bool moves_causes = !SameCauses(before, household);
        if (moves_causes) keys += kMostCauseKeys;
        if (const auto place = divisions_->Find(before.division())) {
          Delta& left = deltas[place->order()];
          left.counts -= CountsOf(before);
          if (moves_causes) left.causes -= CausesOf(before);
          left.time = std::max(left.time, next.time);  // it left on that day, not earlier
        }
        Delta& delta = deltas[divisions_->Find(household.division())->order()];
        delta.counts += CountsOf(household);
        if (moves_causes) delta.causes += CausesOf(household);
        delta.time = std::max(delta.time, next.time);
        batch.Put(kHouseholds, next.id, kv::Encode(household));
      }
      // Up the tree, then one row a place.
      std::map<uint32_t, Delta> rows;
      for (const auto& [order, delta] : deltas) {
        for (const division::Division& place : divisions_->At(order).Path()) {
          rows[place.order()].Add(delta);
        }
        changed[order].Add(delta);
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
        const std::string day = DayKey(code, DayOf(absl::FromUnixMillis(time)));
        batch.Put(kDays, day, value);
        NoteRow(partition, place);
        if (delta.causes.empty()) continue;
        auto known = causes.find(order);
        if (known == causes.end()) {
          ASSIGN_OR_RETURN(const auto row, kv_.Get(kCauses, partition, code));
          store::StoredCauses stored;
          if (row) {
            ASSIGN_OR_RETURN(stored, kv::Decode<store::StoredCauses>(*row));
          }
          known = causes.emplace(order, FromStored(stored)).first;
        }
        known->second += delta.causes;
        const std::string told = kv::Encode(ToStored(known->second));
        batch.Put(kCauses, code, told);
        batch.Put(kCauseDays, day, told);
      }
      if (batch.keys() > 0) batches.push_back(std::move(batch));
    }
  }
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  std::vector<CellChange> changes;
  for (const auto& [order, delta] : changed) {
    changes.push_back({divisions_->At(order), delta.counts, delta.causes, delta.time});
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
  std::map<std::string, std::vector<std::string>> causes;
  RETURN_IF_ERROR(kv_.ScanTable(
      kCauses, [&](absl::string_view partition, absl::string_view key, absl::string_view) {
        causes[std::string(partition)].emplace_back(key);
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
    for (const std::string& place : causes[partition]) {
      room(batch, partition);
      batch.Delete(kCauses, place);
      batch.Put(kCauseDays, DayKey(place, day), kv::Encode(store::StoredCauses()));
    }
    batches.push_back(std::move(batch));
  }
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::Status CellStore::Load(const Visitor& visit, const CauseVisitor& visit_causes) {
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
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(kv_.ScanTable(
      kCauses, [&](absl::string_view, absl::string_view key, absl::string_view value) {
        auto stored = kv::Decode<store::StoredCauses>(value);
        if (!stored.ok()) {
          status = stored.status();
          return false;
        }
        if (const auto place = divisions_->Find(key)) visit_causes(*place, FromStored(*stored));
        return true;
      }));
  return status;
}

absl::StatusOr<feed::Position> CellStore::Position() const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kPosition, kFeedPartition, "p"));
  if (!value) return feed::Position();
  ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredPosition>(*value));
  feed::Position position;
  position.epoch = stored.epoch();
  if (stored.format() == kFormat) {
    position.cursors.insert(stored.cursors().begin(), stored.cursors().end());
  }
  return position;
}

absl::Status CellStore::Save(const feed::Position& position) {
  store::StoredPosition stored;
  stored.set_epoch(position.epoch);
  stored.set_format(kFormat);
  stored.mutable_cursors()->insert(position.cursors.begin(), position.cursors.end());
  kv::Batch batch(kFeedPartition);
  batch.Put(kPosition, "p", kv::Encode(stored));
  return kv_.Commit(batch);
}

}  // namespace fupin::gis
