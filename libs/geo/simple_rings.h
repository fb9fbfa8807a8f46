// Harmless repairs of a ring: what encloses no area is taken away, and a ring that passes a point
// twice becomes several. The area it encloses stays the same, point for point.
#ifndef FUPIN_LIBS_GEO_SIMPLE_RINGS_H_
#define FUPIN_LIBS_GEO_SIMPLE_RINGS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/point.h"
#include "libs/geo/ring.h"

namespace fupin::geo {

struct SimpleRings {
  // Each has three points or more, not all on one line, and passes none of them twice.
  std::vector<Ring> rings;
  uint32_t repeated = 0;  // points that stood twice in a row
  uint32_t spikes = 0;    // there and back on the same line: tips, and strips without width
  Point spike{};          // where the first of them was
  // Rings this one was divided into where it passed a point twice (a figure of eight, a hole that
  // hangs on the border by one point); 0 when it was not.
  uint32_t parts = 0;
  Point split{};
};

// `ring` closed or not. Sides may still cross elsewhere than in points of the ring: FindCrossings.
SimpleRings MakeSimple(absl::Span<const Point> ring);

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_SIMPLE_RINGS_H_
