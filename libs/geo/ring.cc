#include "libs/geo/ring.h"

#include <utility>

namespace fupin::geo {
namespace {

// A ray from `point` along the x axis and the segment.
bool Crosses(Point a, Point b, Point point) {
  if (a.y > b.y) std::swap(a, b);
  // Half open, so that a vertex is counted once.
  return a.y <= point.y && point.y < b.y && DoubleArea(a, b, point) > 0;
}

}  // namespace

int64_t DoubleArea(absl::Span<const Point> ring) {
  if (ring.size() < 3) return 0;
  // Unsigned, so that a partial sum may wrap: the final one fits.
  uint64_t sum = 0;
  for (size_t i = 2; i < ring.size(); ++i) {
    sum += static_cast<uint64_t>(DoubleArea(ring[0], ring[i - 1], ring[i]));
  }
  return static_cast<int64_t>(sum);
}

bool OddCrossings(absl::Span<const Point> line, Point point) {
  bool odd = false;
  for (size_t i = 1; i < line.size(); ++i) odd ^= Crosses(line[i - 1], line[i], point);
  return odd;
}

bool Contains(absl::Span<const Point> ring, Point point) {
  return !ring.empty() && OddCrossings(ring, point) != Crosses(ring.back(), ring.front(), point);
}

Box BoundsOf(absl::Span<const Point> points) {
  Box box;
  for (const Point point : points) box.Extend(point);
  return box;
}

}  // namespace fupin::geo
