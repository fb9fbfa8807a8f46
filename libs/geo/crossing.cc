#include "libs/geo/crossing.h"

#include <algorithm>
#include <vector>

namespace fupin::geo {
namespace {

int Sign(int64_t value) { return (value > 0) - (value < 0); }

struct Segment {
  Point a, b;  // a.x <= b.x
  int32_t low, high;
};

}  // namespace

bool SegmentsCross(Point a, Point b, Point c, Point d) {
  const int c_side = Sign(DoubleArea(a, b, c)), d_side = Sign(DoubleArea(a, b, d));
  if (c_side != 0 || d_side != 0) {
    return c_side * d_side < 0 && Sign(DoubleArea(c, d, a)) * Sign(DoubleArea(c, d, b)) < 0;
  }
  // All on one line: do they share more than a point?
  if (b < a) std::swap(a, b);
  if (d < c) std::swap(c, d);
  return std::max(a, c) < std::min(b, d);
}

std::optional<Point> FindCrossing(absl::Span<const Ring> rings) {
  std::vector<Segment> segments;
  for (const Ring& ring : rings) {
    for (size_t i = 0; i < ring.size(); ++i) {
      const Point a = ring[i], b = ring[i + 1 == ring.size() ? 0 : i + 1];
      if (a == b) continue;
      segments.push_back({std::min(a, b), std::max(a, b), std::min(a.y, b.y), std::max(a.y, b.y)});
    }
  }
  std::sort(segments.begin(), segments.end(),
            [](const Segment& s, const Segment& t) { return s.a < t.a; });
  // Segments that the sweep has entered and not yet left.
  std::vector<Segment> open;
  for (const Segment& segment : segments) {
    size_t kept = 0;
    for (const Segment& other : open) {
      if (other.b.x < segment.a.x) continue;
      open[kept++] = other;
      if (other.high < segment.low || other.low > segment.high) continue;
      if (SegmentsCross(segment.a, segment.b, other.a, other.b)) return segment.a;
    }
    open.resize(kept);
    open.push_back(segment);
  }
  return std::nullopt;
}

}  // namespace fupin::geo
