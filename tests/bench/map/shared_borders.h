// Whether the areas of a tile fit together: each stretch of border is there once in each direction.
#ifndef FUPIN_TESTS_BENCH_MAP_SHARED_BORDERS_H_
#define FUPIN_TESTS_BENCH_MAP_SHARED_BORDERS_H_

#include <vector>

#include "libs/geo/tile_id.h"
#include "libs/mvt/decoded_tile.h"
#include "tests/bench/map/pyramid.h"

namespace fupin::bench::map {

// Stretches that only one area has, not counting the edge of the tile and the border of the
// province. What is left of a place that shrank to a line does not count: it encloses nothing.
struct LooseBorders {
  size_t edges = 0;   // of all areas
  size_t loose = 0;   // without a neighbour's other side
  double square = 0;  // tile units that lie between such stretches
};

class BorderCheck {
 public:
  BorderCheck(const Pyramid& pyramid, int zoom);
  LooseBorders Check(geo::TileId tile, const mvt::DecodedLayer& areas) const;

 private:
  struct Segment {
    geo::Point a, b;  // world units
  };
  std::vector<Segment> border_;  // of everything that is drawn, at this zoom
};

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_SHARED_BORDERS_H_
