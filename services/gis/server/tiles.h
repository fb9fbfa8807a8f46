// Vector tiles of the map: shapes that never change, numbers that always do.
//
// A tile's shapes are cut once and kept. Its bytes are written when somebody asks and one of its
// places has changed since they were written: 10 to 30 us. No list of dirty tiles: the newest
// change among a tile's places, at most a few hundred, is looked up instead.
#ifndef FUPIN_SERVICES_GIS_SERVER_TILES_H_
#define FUPIN_SERVICES_GIS_SERVER_TILES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/geo/tile_id.h"
#include "libs/mvt/tile_writer.h"
#include "libs/outline/tile_builder.h"
#include "services/gis/server/board.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {

// Which level of the division tree shows at which zooms.
struct ZoomLevel {
  int level;
  int min_zoom;
  int max_zoom;
};

struct Tile {
  std::string etag;  // quoted; equal content, equal etag
  std::shared_ptr<const std::string> bytes;
  std::shared_ptr<const std::string> gzip;  // null until the same bytes were asked for again
};

// Safe for concurrent use.
class Tiles {
 public:
  Tiles(std::shared_ptr<const outline::Outlines> outlines, const Board& board,
        const CellStore& store, std::vector<ZoomLevel> levels);

  // The tile as it is now. INVALID_ARGUMENT / TILE_OUT_OF_RANGE: beyond the zooms of the map.
  absl::StatusOr<std::shared_ptr<const Tile>> Current(geo::TileId id, bool want_gzip);
  // As it was at the end of a past day.
  absl::StatusOr<std::shared_ptr<const Tile>> Past(geo::TileId id, Day day);

  const outline::Outlines& outlines() const { return builder_.outlines(); }
  const std::vector<ZoomLevel>& levels() const { return levels_; }
  int max_zoom() const { return levels_.back().max_zoom; }

 private:
  using Geometry = std::shared_ptr<const outline::TileGeometry>;
  absl::StatusOr<Geometry> GeometryOf(geo::TileId id);
  std::string Write(const outline::TileGeometry& geometry, const Columns& columns) const;

  const outline::TileBuilder builder_;
  const Board& board_;
  const CellStore& store_;
  const std::vector<ZoomLevel> levels_;
  mvt::StringTable texts_;
  std::vector<uint32_t> names_;  // number in texts_, by order
  std::vector<uint32_t> codes_;
  std::vector<uint32_t> level_names_;

  struct Kept {
    int64_t changed;  // newest change among its places
    std::shared_ptr<const Tile> tile;
  };
  absl::Mutex mutex_;
  absl::flat_hash_map<uint64_t, Geometry> geometries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, Kept> kept_ ABSL_GUARDED_BY(mutex_);
  size_t kept_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_TILES_H_
