// The households that are counted, the sums of every place, and what these were on past days.
//
//  Partition = division of the configured level that a household's id begins in, "m/<code>":
//   table       key                          value
//   households  household id                 StoredHousehold, the newest
//   cells       division                     StoredCounts: what this partition adds to that place
//   days        division + 0 + day (4, BE)   the same at the end of that day: days before the
//                                            one of the row in cells
//   causes      division                     StoredCauses; written only when a cause changes
//   cause_days  division + 0 + day (4, BE)   the same as it was at the end of that day
//  Partition "feed":
//   position    "p"                          StoredPosition, a lower bound
//
// What is counted is committed together, with or before the feed's position: after a crash the feed
// sends again what is missing. pending_rows.h
//
// A household counts in the place its score names and in every place above. Both lie in the
// household's own partition, also when it has moved out of that: the sum of a place is the sum of
// its rows in all partitions. So one batch holds everything that one event changes.
//
// So the row in cells is also that of its own day and of every day since. With the first change of
// a later day it moves to days, in the batch of that change. Stores of schema 1 have rows in days
// for the day of the row in cells, too: they are passed over, and replaced when that day ends.
//
// Format 1 added causes. A store of before goes on as it is and follows the feed once more from its
// beginning: what is counted already is passed over, and each household gets its causes.
#ifndef FUPIN_SERVICES_GIS_STORE_CELL_STORE_H_
#define FUPIN_SERVICES_GIS_STORE_CELL_STORE_H_

#include <atomic>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/division/tree.h"
#include "libs/feed/feed_consumer.h"
#include "libs/kv/store.h"
#include "services/gis/domain/causes.h"
#include "services/gis/domain/counts.h"
#include "services/gis/domain/day.h"
#include "services/gis/store/pending_rows.h"

namespace fupin::gis {

std::vector<std::string> Tables();
// 2: a program of schema 1 would look for the newest days in `days`.
inline constexpr int kSchema = 2;

// A score as it arrives.
struct ScoredHousehold {
  std::string id;
  std::string division;
  PovertyClass poverty_class = PovertyClass::kNotScorable;
  int persons = 0;
  int32_t index_centipoints = 0;
  int64_t version = 0;
  absl::Time time;
  bool closed = false;  // nobody lives in it any more: it counts nowhere
};

// A new status in the register as it arrives.
struct StandingChange {
  std::string id;
  std::string division;  // for a household that was never scored
  Standing standing = Standing::kNone;
  int persons = 0;  // the same
  int64_t version = 0;
  absl::Time time;
  std::vector<std::string> causes;  // codes, main cause first
  // Whether it came back after an exit; nothing: not told, as it was while it stays registered.
  std::optional<bool> returned;
};

// What happened to one place.
struct CellChange {
  division::Division place;
  Counts delta;
  CauseCounts causes;  // how these change; mostly not at all
  absl::Time time;
};

// Safe for concurrent use; one thread writes.
class CellStore {
 public:
  CellStore(kv::Store& kv, std::shared_ptr<const division::Tree> divisions, int partition_level)
      : kv_(kv), divisions_(std::move(divisions)), partition_level_(partition_level) {}

  // Counts the scores that are newer than what is counted; durable with the next Commit() or
  // Save(), and lost by a crash only together with the feed's position. Repeating it changes
  // nothing. Returns the changes of the places the households are in, not of those above.
  // INVALID_ARGUMENT / PLACE_UNKNOWN: nothing was changed.
  absl::StatusOr<std::vector<CellChange>> Apply(const std::string& epoch,
                                                const std::vector<ScoredHousehold>& scored);
  // The same for changes of status.
  absl::StatusOr<std::vector<CellChange>> ApplyStandings(
      const std::string& epoch, const std::vector<StandingChange>& changes);
  // Makes durable what was counted. Fails as a commit of the store does; then nothing is lost and
  // it may be tried again. From any thread: whoever reads what is on disk does it first.
  absl::Status Commit() const;
  // Whether the divisions of this household are in the files.
  bool Knows(const ScoredHousehold& scored) const { return Place(scored).has_value(); }
  bool Knows(const StandingChange& change) const { return Place(change).has_value(); }
  // Forgets which households are counted and makes every sum zero from `day` on; past days stay,
  // however old the scores are that are counted next. For a feed whose store was restored.
  absl::Status Reset(Day day);

  // All sums, a row per partition and place. Call once before anything else.
  using Visitor = std::function<void(const division::Division& place, const Counts& counts,
                                     absl::Time update_time)>;
  using CauseVisitor =
      std::function<void(const division::Division& place, const CauseCounts& causes)>;
  absl::Status Load(const Visitor& visit, const CauseVisitor& visit_causes);

  // Sums of one place at the end of a day.
  absl::StatusOr<Counts> At(const division::Division& place, Day day) const;
  absl::StatusOr<CauseCounts> CausesAt(const division::Division& place, Day day) const;
  struct DayCounts {
    Day day;
    Counts counts;
    CauseCounts causes;
  };
  // Days on which something changed, oldest first, within [from, to]; before them the state at the
  // end of the day before `from` when there is one.
  absl::StatusOr<std::vector<DayCounts>> Days(const division::Division& place, Day from,
                                              Day to) const;

  // The first day anything was counted; reads a row per top division and partition.
  absl::StatusOr<std::optional<Day>> FirstDay() const;

  // Without cursors where the feed must be followed from its beginning.
  absl::StatusOr<feed::Position> Position() const;
  // Commits first.
  absl::Status Save(const feed::Position& position);

 private:
  // An update, the division its rows lie with, the place it names, and the household once fetched.
  template <typename Update>
  struct Placed {
    const Update* update;
    division::Division partition;
    division::Division place;
    PendingRows::Households::pointer household = nullptr;
  };
  // Nothing: a division is not in the files.
  template <typename Update>
  std::optional<Placed<Update>> Place(const Update& update) const;
  template <typename Update>
  absl::StatusOr<std::vector<CellChange>> ApplyAll(const std::string& epoch,
                                                   const std::vector<Update>& updates);
  // Of one partition.
  template <typename Update>
  absl::Status Fetch(absl::Span<Placed<Update>> updates)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(pending_mutex_);
  PendingRows& RowsOf(const division::Division& partition)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(pending_mutex_);
  // Before rows of days up to this one are read.
  absl::Status CommitUpTo(Day day) const;
  absl::Status CommitLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(pending_mutex_);
  // Partitions that have rows of a place: its own, those of its parts, and those that households
  // moved to it from.
  std::vector<std::string> PartitionsOf(const division::Division& place) const;
  // Of the place and those above it.
  void NoteRows(const division::Division& partition, const division::Division& place);
  void NoteRows(const std::string& partition, const division::Division& place);
  // Sums of one place at the end of a day in one partition; nothing: it was not counted yet.
  absl::StatusOr<std::optional<Counts>> At(const std::string& partition, absl::string_view place,
                                           Day day) const;

  kv::Store& kv_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
  mutable absl::Mutex pending_mutex_;
  // By the partition's division (order).
  mutable std::map<uint32_t, PendingRows> pending_ ABSL_GUARDED_BY(pending_mutex_);
  // No row of an earlier day is pending.
  static constexpr Day kNoDay = std::numeric_limits<Day>::max();
  mutable std::atomic<Day> oldest_waiting_{kNoDay};
  mutable absl::Mutex mutex_;  // after pending_mutex_
  // Place (order) -> partitions other than its own that have rows of it.
  absl::flat_hash_map<uint32_t, std::set<std::string>> moved_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_STORE_CELL_STORE_H_
