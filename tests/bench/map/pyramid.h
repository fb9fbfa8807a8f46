// Which tiles are measured, and the shapes of every level at every zoom, for peers that are to draw
// the same.
#ifndef FUPIN_TESTS_BENCH_MAP_PYRAMID_H_
#define FUPIN_TESTS_BENCH_MAP_PYRAMID_H_

#include <string>
#include <vector>

#include "libs/geo/ring.h"
#include "libs/geo/tile_id.h"
#include "libs/outline/level_shapes.h"
#include "libs/outline/tile_builder.h"
#include "tests/bench/map/province.h"

namespace fupin::bench::map {

struct Storey {
  const char* level;
  int min_zoom;
  int max_zoom;
};
inline constexpr Storey kStoreys[] = {
    {"county", 4, 6}, {"township", 7, 8}, {"village", 9, 10}, {"hamlet", 11, 14}};
inline constexpr int kMinZoom = 4;
inline constexpr int kMaxZoom = 14;

const Storey& StoreyOf(int zoom);

class Pyramid {
 public:
  explicit Pyramid(const Province& province);

  // Every tile of a zoom that shows something.
  std::vector<geo::TileId> Tiles(int zoom) const;
  // All tiles of zoom 4 to 9 and `samples` of each zoom above, in no order, always the same.
  std::vector<geo::TileId> List(int samples) const;
  // The places a tile shows.
  std::vector<uint32_t> Members(geo::TileId tile) const;

  // Rings of the i-th place of a storey with the points that show at `zoom`, in world units: outer
  // rings and, after each, its holes. Rings of fewer than three points are left out.
  struct Ring {
    geo::Ring points;
    bool hole;
  };
  std::vector<Ring> Rings(const Storey& storey, size_t i, int zoom) const;
  const outline::LevelShapes& Shapes(const Storey& storey) const;

 private:
  int LevelAt(int zoom) const;

  const division::Tree& tree_;
  outline::TileBuilder builder_;
  std::vector<outline::LevelShapes> shapes_;  // as kStoreys
};

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_PYRAMID_H_
