// Which places a tile shows and their outlines: the part of a tile that never changes.
#ifndef FUPIN_SERVICES_GIS_SERVER_SHAPES_H_
#define FUPIN_SERVICES_GIS_SERVER_SHAPES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "libs/geo/tile_id.h"
#include "libs/mvt/tile_writer.h"
#include "libs/outline/tile_builder.h"
#include "services/gis/server/rests.h"

namespace fupin::gis {

// Which level of the division tree shows at which zooms.
struct ZoomLevel {
  int level;
  int min_zoom;
  int max_zoom;
};

// Safe for concurrent use.
class Shapes {
 public:
  struct Shown : outline::TileGeometry {
    std::vector<uint32_t> rows;  // of `members`, then of the rests of `above`
  };
  using Geometry = std::shared_ptr<const Shown>;

  Shapes(std::shared_ptr<const outline::Outlines> outlines, std::vector<ZoomLevel> levels);

  // Cut once and kept. INVALID_ARGUMENT / TILE_OUT_OF_RANGE: beyond the zooms of the map.
  absl::StatusOr<Geometry> Of(geo::TileId id);
  // The tile of these shapes with these numbers by row: 10 to 30 us. Without rests, numbers of
  // places do.
  std::string Write(const outline::TileGeometry& geometry, absl::Span<const mvt::IntColumn> numbers,
                    bool with_rests) const;

  const outline::TileBuilder& builder() const { return builder_; }
  const outline::Outlines& outlines() const { return builder_.outlines(); }
  const division::Tree& tree() const { return builder_.outlines().tree(); }
  const Rests& rests() const { return rests_; }
  const std::vector<ZoomLevel>& levels() const { return levels_; }
  int max_zoom() const { return levels_.back().max_zoom; }

 private:
  const outline::TileBuilder builder_;
  const std::vector<ZoomLevel> levels_;
  mvt::StringTable texts_;
  const Rests rests_;
  std::vector<uint32_t> names_;  // number in texts_, by row
  std::vector<uint32_t> codes_;
  std::vector<uint32_t> level_names_;
  absl::Mutex mutex_;
  absl::flat_hash_map<uint64_t, Geometry> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_SHAPES_H_
