// The numbers of places and of rests (rests.h) as they were at the end of a past day.
#ifndef FUPIN_SERVICES_GIS_SERVER_PAST_H_
#define FUPIN_SERVICES_GIS_SERVER_PAST_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/gis/server/board.h"
#include "services/gis/server/columns.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {

// Safe for concurrent use. A place costs some 4 us, twice that where somebody is on the register; a
// rest as much as its place and the parts of that.
class Past {
 public:
  Past(const division::Tree& tree, const Board& board, const CellStore& store)
      : tree_(tree), rests_(board.rests()), causes_(board.causes()), store_(store) {}

  absl::StatusOr<Counts> CountsAt(uint32_t row, Day day) const;
  // By the list of causes.
  absl::StatusOr<std::vector<CauseNumber>> CausesAt(uint32_t row, Day day) const;
  // Sets a row of the columns.
  absl::Status Fill(uint32_t row, Day day, Columns* columns) const;

 private:
  const division::Tree& tree_;
  const Rests& rests_;
  const CauseList& causes_;
  const CellStore& store_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_PAST_H_
