// Does a line cross itself?
#ifndef FUPIN_LIBS_GEO_CROSSING_H_
#define FUPIN_LIBS_GEO_CROSSING_H_

#include <optional>

#include "absl/types/span.h"
#include "libs/geo/point.h"
#include "libs/geo/ring.h"

namespace fupin::geo {

// Exact. True when the insides of the segments a-b and c-d meet in a point, or when the segments
// lie on one another over some length. Touching in a point is not crossing.
bool SegmentsCross(Point a, Point b, Point c, Point d);

// Near where two segments of these rings cross, or nothing. The rings of one outline are given
// together: a hole may not cross its outer ring either. Touching in points is allowed. About n log
// n: sorted by x, each segment is compared with those it overlaps in x and y.
std::optional<Point> FindCrossing(absl::Span<const Ring> rings);

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_CROSSING_H_
