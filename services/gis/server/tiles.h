// Vector tiles of the official map: shapes that never change, numbers that always do.
//
// A tile's bytes are written when somebody asks and one of its places has changed since they were
// written: 10 to 30 us. No list of dirty tiles: the newest change among a tile's places, at most a
// few hundred, is looked up instead.
#ifndef FUPIN_SERVICES_GIS_SERVER_TILES_H_
#define FUPIN_SERVICES_GIS_SERVER_TILES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/geo/tile_id.h"
#include "services/gis/server/board.h"
#include "services/gis/server/figure_sets.h"
#include "services/gis/server/past.h"
#include "services/gis/server/shapes.h"
#include "services/gis/server/tile.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {

// Which numbers a tile is to have.
struct TileRequest {
  std::optional<Day> day;                   // as at the end of a past day; none: as of now
  std::optional<division::Division> scope;  // only places in there have numbers; none: all
  bool gzip = false;
};

// Safe for concurrent use.
class Tiles {
 public:
  Tiles(Shapes& shapes, const Board& board, const CellStore& store)
      : shapes_(shapes), board_(board), past_(shapes.tree(), board, store) {}

  // INVALID_ARGUMENT / TILE_OUT_OF_RANGE: beyond the zooms of the map.
  absl::StatusOr<std::shared_ptr<const Tile>> Make(geo::TileId id, const TileRequest& request);
  // The numbers alone: state_block.h.
  absl::StatusOr<std::shared_ptr<const Tile>> State(geo::TileId id, const TileRequest& request,
                                                    FigureSet set, bool with_ids);

  const Shapes& shapes() const { return shapes_; }
  const CauseList& causes() const { return board_.causes(); }

 private:
  absl::StatusOr<std::shared_ptr<const Tile>> Current(geo::TileId id,
                                                      const Shapes::Geometry& geometry,
                                                      bool want_gzip);
  bool InScope(uint32_t row, const TileRequest& request) const;
  bool AllNow(absl::Span<const uint32_t> rows, const TileRequest& request) const;
  // These rows in this thread's own columns, the others as they happen to be.
  absl::StatusOr<const Columns*> RowsOf(absl::Span<const uint32_t> rows,
                                        const TileRequest& request) const;
  // The same of a set that has no columns; an empty one where nothing may be told.
  absl::StatusOr<std::vector<std::vector<int32_t>>> FiguresOf(FigureSet set,
                                                              absl::Span<const uint32_t> rows,
                                                              const TileRequest& request) const;

  Shapes& shapes_;
  const Board& board_;
  const Past past_;
  struct Kept {
    int64_t changed;  // newest change among its places
    std::shared_ptr<const Tile> tile;
  };
  absl::Mutex mutex_;
  absl::flat_hash_map<uint64_t, Kept> kept_ ABSL_GUARDED_BY(mutex_);
  size_t kept_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_TILES_H_
