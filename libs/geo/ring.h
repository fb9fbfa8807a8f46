// Rings: closed lines of points, the last point joined to the first and not repeated. All
// arithmetic is on integers and exact.
#ifndef FUPIN_LIBS_GEO_RING_H_
#define FUPIN_LIBS_GEO_RING_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/point.h"

namespace fupin::geo {

using Ring = std::vector<Point>;

// Twice the enclosed area by the surveyor's formula. Positive: counter-clockwise where y grows to
// the north (microdegrees), clockwise to the eye where it grows to the south (world and tile
// units).
int64_t DoubleArea(absl::Span<const Point> ring);

// Twice the area of the triangle, signed the same way: positive when `c` lies to the left of a->b
// with y to the north.
constexpr int64_t DoubleArea(Point a, Point b, Point c) {
  return (int64_t{b.x} - a.x) * (int64_t{c.y} - a.y) - (int64_t{b.y} - a.y) * (int64_t{c.x} - a.x);
}

// Crossings of a ray from `point` with the ring are odd. Each point of a plane that rings divide
// without gaps is in exactly one of them, points on borders too. Add up over rings (exclusive or)
// for a polygon with holes.
bool Contains(absl::Span<const Point> ring, Point point);

// The same for an open line: the exclusive or over the lines that make up rings, in any order and
// direction, is the answer for the rings.
bool OddCrossings(absl::Span<const Point> line, Point point);

Box BoundsOf(absl::Span<const Point> points);

// A place well inside the rings of one polygon or several (outer rings and holes, any order): about
// the one farthest from every border, to 5 % of the polygon's width. Inside wherever there is
// room for a grid point.
Point InteriorPoint(absl::Span<const Ring> rings);

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_RING_H_
