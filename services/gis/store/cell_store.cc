#include "services/gis/store/cell_store.h"

#include <algorithm>
#include <map>
#include <optional>
#include <type_traits>
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
// Households whose rows wait for the next commit; more are committed before anything is taken.
constexpr size_t kMostWaiting = 50'000;

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

void CellStore::NoteRows(const std::string& partition, const division::Division& place) {
  const auto own = place.AncestorAt(partition_level_);
  if (own && PartitionName(*own) == partition) return;
  absl::MutexLock lock(&mutex_);
  // Above the level of partitions every partition below may have rows.
  for (auto each = std::optional(place); each && each->AncestorAt(partition_level_);
       each = each->parent()) {
    moved_[each->order()].insert(partition);
  }
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

PendingRows& CellStore::RowsOf(const std::string& partition) {
  return pending_.try_emplace(partition, partition, *divisions_).first->second;
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
  absl::MutexLock lock(&pending_mutex_);
  size_t waiting = 0;
  for (const auto& [partition, rows] : pending_) waiting += rows.households();
  if (waiting > kMostWaiting) RETURN_IF_ERROR(CommitLocked());
  // Everything is read before anything is changed: nothing can fail in between.
  for (const auto& [partition, all] : by_partition) {
    RETURN_IF_ERROR(Fetch(partition, all));
  }
  std::map<uint32_t, Delta> changed;
  for (const auto& [partition, all] : by_partition) {
    PendingRows& rows = RowsOf(partition);
    for (const Update* next : all) {
      const store::StoredHousehold& before = rows.household(next->id);
      store::StoredHousehold household = before;
      if (!Take(*next, epoch, &household)) continue;
      const int64_t time_ms = absl::ToUnixMillis(next->time);
      const auto left = divisions_->Find(before.division());
      PendingRows::Delta joined{
          divisions_->Find(household.division())->order(), CountsOf(household), {}, time_ms};
      // It left on that day, not earlier.
      PendingRows::Delta gone{left ? left->order() : joined.place, {}, {}, time_ms};
      if (left) gone.counts -= CountsOf(before);
      if (!SameCauses(before, household)) {
        joined.causes += CausesOf(household);
        if (left) gone.causes -= CausesOf(before);
      }
      std::vector<PendingRows::Delta> deltas;
      if (gone.place == joined.place) {
        joined.counts += gone.counts;
        joined.causes += gone.causes;
      } else {
        deltas.push_back(std::move(gone));
      }
      deltas.push_back(std::move(joined));
      for (const PendingRows::Delta& delta : deltas) {
        changed[delta.place].Add({delta.counts, delta.causes, next->time});
        NoteRows(partition, divisions_->At(delta.place));
      }
      oldest_waiting_ = std::min(oldest_waiting_.load(), DayOf(next->time));
      rows.Take(next->id, std::move(household), deltas);
    }
  }
  std::vector<CellChange> changes;
  for (const auto& [order, delta] : changed) {
    changes.push_back({divisions_->At(order), delta.counts, delta.causes, delta.time});
  }
  return changes;
}

template <typename Update>
absl::Status CellStore::Fetch(const std::string& partition,
                              const std::vector<const Update*>& updates) {
  PendingRows& rows = RowsOf(partition);
  std::vector<std::string> ids;
  for (const Update* update : updates) ids.push_back(update->id);
  RETURN_IF_ERROR(rows.FetchHouseholds(kv_, ids));
  std::vector<uint32_t> places, places_of_causes;
  for (const Update* update : updates) {
    const store::StoredHousehold& household = rows.household(update->id);
    auto& into = std::is_same_v<Update, StandingChange> || household.causes_size() > 0
                     ? places_of_causes
                     : places;
    into.push_back(divisions_->Find(update->division)->order());
    if (const auto before = divisions_->Find(household.division())) {
      into.push_back(before->order());
    }
  }
  RETURN_IF_ERROR(rows.FetchPlaces(kv_, places, /*with_causes=*/false));
  return rows.FetchPlaces(kv_, places_of_causes, /*with_causes=*/true);
}

absl::Status CellStore::CommitUpTo(Day day) const {
  return day < oldest_waiting_ ? absl::OkStatus() : Commit();
}

absl::Status CellStore::Commit() const {
  absl::MutexLock lock(&pending_mutex_);
  return CommitLocked();
}

absl::Status CellStore::CommitLocked() const {
  while (true) {
    // Of a partition one batch at a time: none reaches the disk before the one it builds on.
    std::vector<PendingRows*> from;
    std::vector<kv::Batch> batches;
    for (auto& [partition, rows] : pending_) {
      if (auto batch = rows.TakeBatch()) {
        from.push_back(&rows);
        batches.push_back(*std::move(batch));
      }
    }
    if (batches.empty()) break;
    const std::vector<absl::Status> written = kv_.CommitAll(batches);
    absl::Status failed = absl::OkStatus();
    for (size_t i = 0; i < batches.size(); ++i) {
      if (written[i].ok()) continue;
      failed.Update(written[i]);
      from[i]->ReturnBatch(std::move(batches[i]));
    }
    RETURN_IF_ERROR(failed);
  }
  for (auto& [partition, rows] : pending_) rows.Forget();
  oldest_waiting_ = kNoDay;
  return absl::OkStatus();
}

absl::Status CellStore::Reset(Day day) {
  absl::MutexLock lock(&pending_mutex_);
  RETURN_IF_ERROR(CommitLocked());
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
  pending_.clear();  // what is known of the sums, too
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::Status CellStore::Load(const Visitor& visit, const CauseVisitor& visit_causes) {
  absl::MutexLock lock(&pending_mutex_);
  RETURN_IF_ERROR(CommitLocked());
  absl::Status status = absl::OkStatus();
  RETURN_IF_ERROR(kv_.ScanTable(
      kCells, [&](absl::string_view partition, absl::string_view key,
                  absl::string_view value) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pending_mutex_) {
        auto stored = kv::Decode<store::StoredCounts>(value);
        if (!stored.ok()) {
          status = stored.status();
          return false;
        }
        // A place that is gone from the files: its households count above it.
        if (const auto place = divisions_->Find(key)) {
          const Counts counts = FromStored(*stored);
          visit(*place, counts, absl::FromUnixMillis(stored->update_time_ms()));
          NoteRows(std::string(partition), *place);
          RowsOf(std::string(partition)).Know(place->order(), counts, stored->update_time_ms());
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
  // Never a position whose events might be lost.
  RETURN_IF_ERROR(Commit());
  store::StoredPosition stored;
  stored.set_epoch(position.epoch);
  stored.set_format(kFormat);
  stored.mutable_cursors()->insert(position.cursors.begin(), position.cursors.end());
  kv::Batch batch(kFeedPartition);
  batch.Put(kPosition, "p", kv::Encode(stored));
  return kv_.Commit(batch);
}

}  // namespace fupin::gis
