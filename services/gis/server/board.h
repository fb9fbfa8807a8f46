// The map as it is now, in memory: sums of every place at every level, and who changed last.
#ifndef FUPIN_SERVICES_GIS_SERVER_BOARD_H_
#define FUPIN_SERVICES_GIS_SERVER_BOARD_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/division/tree.h"
#include "services/gis/domain/causes.h"
#include "services/gis/domain/counts.h"
#include "services/gis/server/columns.h"
#include "services/gis/server/rests.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {

// One place. `changed` is the number of the change that touched it last, 0: never since the start.
struct CellState {
  Counts counts;
  int64_t changed = 0;
  absl::Time update_time = absl::UnixEpoch();  // newest score counted; UnixEpoch: none
};

// CauseCount as the board keeps it.
struct CauseNumber {
  int32_t main = 0;
  int32_t also = 0;
};

// The cause most households have; of equal ones the first in the list.
std::optional<size_t> LeadingCause(absl::Span<const CauseNumber> causes);

// By the list; codes that are not in it are left out.
std::vector<CauseNumber> NumbersOf(const CauseCounts& counts, const CauseList& list);

// Safe for concurrent use: readers see all levels of one change or none of it. Places are named by
// Division::order(), and rests have rows behind them (rests.h). Memory: 176 bytes a place, and 8
// for each cause of the list.
class Board {
 public:
  Board(std::shared_ptr<const division::Tree> divisions, CauseList causes);

  // Throws everything away and reads the store. All places count as changed.
  absl::Status Load(CellStore& store);
  // Adds the changes to their places and to every place above.
  void Apply(absl::Span<const CellChange> changes);

  CellState At(uint32_t place) const;
  // States in the order of `places`, all of one moment.
  void Read(absl::Span<const uint32_t> places,
            const std::function<void(size_t index, const CellState& state)>& visit) const;
  // The same with the households of each by cause, in the order of causes().
  void ReadCauses(absl::Span<const uint32_t> places,
                  const std::function<void(size_t index, const CellState& state,
                                           absl::Span<const CauseNumber> causes)>& visit) const;
  // The numbers of all places, not changed meanwhile: be quick, changes wait.
  void WithColumns(const std::function<void(const Columns& columns)>& read) const;
  // Number of the newest change among `places`, or of the load; costs 1 ns a place.
  int64_t NewestChange(absl::Span<const uint32_t> places) const;

  const CauseList& causes() const { return cause_list_; }
  const Rests& rests() const { return rests_; }

  // Number of the newest change of all.
  int64_t version() const;
  // Waits until version() exceeds `seen` or `timeout` passes; returns version().
  int64_t WaitForChange(int64_t seen, absl::Duration timeout) const;
  // Places changed after `seen`, each once, ascending. Nothing (nullopt) when so much has changed
  // that the memory of it is gone: everything must be read again.
  std::optional<std::vector<uint32_t>> ChangedSince(int64_t seen) const;

 private:
  // Of one row. The caller has made version_ the number of this change.
  void Add(uint32_t row, const CellChange& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What is counted in places themselves, from what is counted in them and in their parts.
  void LoadRests() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddCauses(uint32_t place, const CauseCounts& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Span<CauseNumber> CausesOf(uint32_t place) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Span<const CauseNumber> CausesOf(uint32_t place) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<const division::Tree> divisions_;
  const Rests rests_;
  const CauseList cause_list_;
  mutable absl::Mutex mutex_;
  std::vector<CellState> cells_ ABSL_GUARDED_BY(mutex_);
  Columns columns_ ABSL_GUARDED_BY(mutex_);  // of cells_ and causes_
  // Those of a place one after the other. Codes that are not in the list count nowhere here: their
  // households show as without a cause.
  std::vector<CauseNumber> causes_ ABSL_GUARDED_BY(mutex_);
  int64_t version_ ABSL_GUARDED_BY(mutex_) = 1;
  struct Change {
    int64_t version;
    uint32_t place;
  };
  std::deque<Change> recent_ ABSL_GUARDED_BY(mutex_);
  int64_t forgotten_ ABSL_GUARDED_BY(mutex_) = 1;  // changes up to this one are not in recent_
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_BOARD_H_
