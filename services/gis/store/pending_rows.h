// Rows of one partition as they are now, part of them not on disk yet.
//
// The sums of every place are kept for good: an update neither reads nor writes them, many updates
// together become one row. What changed since the last commit waits in batches, each of which holds
// whole updates: whichever of them reach the disk in their order, household and sums agree there.
//
// A day that ends gets its row with the first change of a later day, in the same batch: no clock
// takes part, and nothing is to be caught up with after a crash or a night without the service.
#ifndef FUPIN_SERVICES_GIS_STORE_PENDING_ROWS_H_
#define FUPIN_SERVICES_GIS_STORE_PENDING_ROWS_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/gis/domain/causes.h"
#include "services/gis/domain/counts.h"
#include "services/gis/domain/day.h"
#include "services/gis/store/records.pb.h"

namespace fupin::gis {

// One thread at a time.
class PendingRows {
 public:
  PendingRows(std::string partition, const division::Tree& tree)
      : partition_(std::move(partition)), tree_(&tree) {}

  // A row of sums that is on disk already.
  void Know(uint32_t place, const Counts& counts, int64_t time_ms);

  // A household, and whether its row has changed since the last batch.
  struct Household {
    store::StoredHousehold row;
    bool changed = false;
  };
  // By id; stay where they are until Forget().
  using Households = absl::node_hash_map<std::string, Household>;

  // Read what the next updates need and is not known: households, in the order of `ids`; and of
  // places and all above them the sums, with causes where `with_causes`.
  absl::StatusOr<std::vector<Households::pointer>> FetchHouseholds(
      const kv::Store& kv, absl::Span<const std::string* const> ids);
  absl::Status FetchPlaces(const kv::Store& kv, const std::vector<uint32_t>& places,
                           bool with_causes);

  // How one update changes the sums of one place and of all above it.
  struct Delta {
    uint32_t place;
    Counts counts;
    CauseCounts causes;
    int64_t time_ms;
  };
  // To be called before the row of a household is changed for the next update.
  void MakeRoom();
  // Takes that update: the changed household, and its one or two deltas. Everything was fetched.
  void Take(Households::pointer household, absl::Span<const Delta> deltas);

  // The oldest batch that waits, to be written before the next one is taken; nothing: all is
  // written.
  std::optional<kv::Batch> TakeBatch();
  // It could not be written.
  void ReturnBatch(kv::Batch batch);
  // Lets go of rows that are on disk, but for the sums.
  void Forget();
  size_t households() const { return households_.size(); }
  bool empty() const { return sealed_.empty() && changed_households_.empty(); }

 private:
  struct Cell {
    Counts counts;
    int64_t time_ms = 0;
    Day day = 0;           // of time_ms
    bool counted = false;  // false: there is no row of it
    bool changed = false;  // since the last batch
  };
  void Add(uint32_t place, const Delta& delta, Day day);
  int keys() const;
  // Makes a batch of what has changed since the last one.
  void Seal();

  std::string partition_;
  const division::Tree* tree_;
  absl::flat_hash_map<uint32_t, Cell> cells_;
  // Of updates that are not on disk, and those just read.
  Households households_;
  absl::flat_hash_map<uint32_t, CauseCounts> causes_;
  std::deque<kv::Batch> sealed_;
  // What the next batch holds.
  std::vector<Households::pointer> changed_households_;
  std::vector<uint32_t> changed_cells_;
  absl::flat_hash_set<uint32_t> changed_causes_;
  // The sums at the end of days that ended.
  struct PastDay {
    uint32_t place;
    Day day;
    Counts counts;
    int64_t time_ms;
  };
  std::vector<PastDay> past_days_;
  struct PastCauses {
    uint32_t place;
    Day day;
    CauseCounts causes;
  };
  std::vector<PastCauses> past_causes_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_STORE_PENDING_ROWS_H_
