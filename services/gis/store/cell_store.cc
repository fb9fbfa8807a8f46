#include "services/gis/store/cell_store.h"

#include <algorithm>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
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

constexpr absl::string_view kPrefix = "m/";  // of partitions' names

std::string PartitionName(const division::Division& division) {
  return absl::StrCat(kPrefix, division.code());
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

template <typename Update>
std::optional<CellStore::Placed<Update>> CellStore::Place(const Update& update) const {
  const auto place = divisions_->Find(update.division);
  if (!place) return std::nullopt;
  const auto begins = absl::string_view(update.id).substr(0, update.id.rfind('-'));
  const auto unit = begins == update.division ? place : divisions_->Find(begins);
  if (!unit) return std::nullopt;
  return Placed<Update>{&update, unit->AncestorAt(partition_level_).value_or(*unit), *place};
}
template std::optional<CellStore::Placed<ScoredHousehold>> CellStore::Place(
    const ScoredHousehold&) const;
template std::optional<CellStore::Placed<StandingChange>> CellStore::Place(
    const StandingChange&) const;

void CellStore::NoteRows(const division::Division& partition, const division::Division& place) {
  if (partition.level() == partition_level_ && place.IsUnder(partition)) return;
  NoteRows(PartitionName(partition), place);
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

PendingRows& CellStore::RowsOf(const division::Division& partition) {
  const auto found = pending_.find(partition.order());
  if (found != pending_.end()) return found->second;
  return pending_.try_emplace(partition.order(), PartitionName(partition), *divisions_)
      .first->second;
}

template <typename Update>
absl::StatusOr<std::vector<CellChange>> CellStore::ApplyAll(const std::string& epoch,
                                                            const std::vector<Update>& updates) {
  std::vector<Placed<Update>> placed;
  placed.reserve(updates.size());
  for (const Update& each : updates) {
    const auto known = Place(each);
    if (!known) return Refuse("PLACE_UNKNOWN");
    placed.push_back(*known);
  }
  // Those of a household stay in their order.
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
    return a.partition.order() < b.partition.order();
  });
  absl::MutexLock lock(&pending_mutex_);
  size_t waiting = 0;
  for (const auto& [partition, rows] : pending_) waiting += rows.households();
  if (waiting > kMostWaiting) RETURN_IF_ERROR(CommitLocked());
  // Everything is read before anything is changed: nothing can fail in between.
  for (size_t begin = 0, end = 0; begin < placed.size(); begin = end) {
    while (end < placed.size() && placed[end].partition == placed[begin].partition) ++end;
    RETURN_IF_ERROR(Fetch<Update>(absl::MakeSpan(placed).subspan(begin, end - begin)));
  }
  std::map<uint32_t, Delta> changed;
  for (const auto& [next, partition, place, household] : placed) {
    PendingRows& rows = RowsOf(partition);
    rows.MakeRoom();
    store::StoredHousehold& row = household->second.row;
    const auto order_of = [&, at = place](absl::string_view code) -> std::optional<uint32_t> {
      if (code == at.code()) return at.order();
      const auto found = divisions_->Find(code);
      return found ? std::optional(found->order()) : std::nullopt;
    };
    const int64_t time_ms = absl::ToUnixMillis(next->time);
    const auto left = order_of(row.division());
    PendingRows::Delta gone{left.value_or(0), {}, {}, time_ms};
    if (left) {
      gone.counts -= CountsOf(row);
      gone.causes -= CausesOf(row);
    }
    if (!Take(*next, epoch, &row)) continue;
    auto stays = order_of(row.division());
    if (!stays) {  // scored where no place is any more
      row.set_division(next->division);
      stays = place.order();
    }
    // It left on that day, not earlier.
    PendingRows::Delta joined{*stays, CountsOf(row), CausesOf(row), time_ms};
    absl::InlinedVector<PendingRows::Delta, 2> deltas;
    if (!left || gone.place == joined.place) {
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
    rows.Take(household, deltas);
  }
  std::vector<CellChange> changes;
  changes.reserve(changed.size());
  for (auto& [order, delta] : changed) {
    changes.push_back({divisions_->At(order), delta.counts, std::move(delta.causes), delta.time});
  }
  return changes;
}

template <typename Update>
absl::Status CellStore::Fetch(absl::Span<Placed<Update>> updates) {
  PendingRows& rows = RowsOf(updates.front().partition);
  std::vector<const std::string*> ids;
  ids.reserve(updates.size());
  for (const auto& each : updates) ids.push_back(&each.update->id);
  ASSIGN_OR_RETURN(const auto households, rows.FetchHouseholds(kv_, ids));
  std::vector<uint32_t> places, places_of_causes;
  for (size_t i = 0; i < updates.size(); ++i) {
    Placed<Update>& each = updates[i];
    each.household = households[i];
    const store::StoredHousehold& household = each.household->second.row;
    auto& into = std::is_same_v<Update, StandingChange> || household.causes_size() > 0
                     ? places_of_causes
                     : places;
    into.push_back(each.place.order());
    if (household.division() == each.update->division) continue;
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
  std::map<std::string, kv::Batch> filling;
  std::vector<kv::Batch> batches;
  // Of a partition, with room for three keys.
  const auto batch_of = [&](absl::string_view partition) -> kv::Batch& {
    const std::string name(partition);
    kv::Batch& batch = filling.try_emplace(name, name).first->second;
    if (batch.keys() + 3 > kv::kMaxBatchKeys) {
      batches.push_back(std::exchange(batch, kv::Batch(name)));
    }
    return batch;
  };
  RETURN_IF_ERROR(kv_.ScanTable(
      kHouseholds, [&](absl::string_view partition, absl::string_view key, absl::string_view) {
        batch_of(partition).Delete(kHouseholds, std::string(key));
        return true;
      }));
  // Nobody is counted from the beginning of `day` on: what is counted anew counts then, not on the
  // days of its scores.
  const std::string nobody = kv::Encode(ToStored(Counts(), absl::ToUnixMillis(StartOf(day))));
  absl::Status status = absl::OkStatus();
  RETURN_IF_ERROR(kv_.ScanTable(
      kCells, [&](absl::string_view partition, absl::string_view key, absl::string_view value) {
        const auto stored = kv::Decode<store::StoredCounts>(value);
        if (!stored.ok()) {
          status = stored.status();
          return false;
        }
        kv::Batch& batch = batch_of(partition);
        const Day before = DayOf(absl::FromUnixMillis(stored->update_time_ms()));
        if (before < day) batch.Put(kDays, DayKey(key, before), std::string(value));
        batch.Put(kCells, std::string(key), nobody);
        return true;
      }));
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(kv_.ScanTable(
      kCauses, [&](absl::string_view partition, absl::string_view key, absl::string_view) {
        kv::Batch& batch = batch_of(partition);
        batch.Delete(kCauses, std::string(key));
        batch.Put(kCauseDays, DayKey(key, day), kv::Encode(store::StoredCauses()));
        return true;
      }));
  for (auto& [partition, batch] : filling) batches.push_back(std::move(batch));
  pending_.clear();  // what is known of the sums, too
  // A crash in between leaves sums that the next Reset clears: the epoch is taken over afterwards.
  for (const absl::Status& written : kv_.CommitAll(batches)) RETURN_IF_ERROR(written);
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
        const auto place = divisions_->Find(key);
        if (!place) return true;
        const Counts counts = FromStored(*stored);
        visit(*place, counts, absl::FromUnixMillis(stored->update_time_ms()));
        NoteRows(std::string(partition), *place);
        // Of a partition that is gone from the files nothing changes any more.
        if (const auto division = divisions_->Find(absl::StripPrefix(partition, kPrefix))) {
          RowsOf(*division).Know(place->order(), counts, stored->update_time_ms());
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
