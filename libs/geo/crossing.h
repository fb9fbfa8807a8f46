// Does a line cross itself?
#ifndef FUPIN_LIBS_GEO_CROSSING_H_
#define FUPIN_LIBS_GEO_CROSSING_H_

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/point.h"
#include "libs/geo/ring.h"
#include "libs/geo/segment_index.h"

namespace fupin::geo {

// Exact. True when the insides of the segments a-b and c-d meet in a point, or when the segments
// lie on one another over some length. Touching in a point is not crossing.
bool SegmentsCross(Point a, Point b, Point c, Point d);
// Where two segments that cross meet, rounded; of two that lie on one another, where that begins.
Point CrossingPoint(Point a, Point b, Point c, Point d);

struct Crossings {
  // Where two sides cross, no place twice.
  std::vector<Point> found;
  // More than kMaxPairs pairs of sides lie so near one another that they had to be compared: not
  // all of them were. Only outlines made to be slow come near.
  bool exhausted = false;

  static constexpr uint64_t kMaxPairs = 100'000'000;
};

// Where sides of these rings cross, up to `limit` places. The rings of one outline are given
// together: a hole may not cross its outer ring either. Touching in points is allowed. About
// n log n; at most kMaxPairs comparisons.
Crossings FindCrossings(const SegmentIndex& index, size_t limit);

// The first such place, or nothing. Does not stop at kMaxPairs silently: then also a place, of a
// side that was not compared with all others.
std::optional<Point> FindCrossing(absl::Span<const Ring> rings);

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_CROSSING_H_
