#include "libs/geo/crossing.h"

#include <algorithm>
#include <cmath>

namespace fupin::geo {
namespace {

int Sign(int64_t value) { return value > 0 ? 1 : value < 0 ? -1 : 0; }

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

Point CrossingPoint(Point a, Point b, Point c, Point d) {
  const double c_side = static_cast<double>(DoubleArea(a, b, c));
  const double d_side = static_cast<double>(DoubleArea(a, b, d));
  if (c_side == d_side) return std::max(std::min(a, b), std::min(c, d));
  const double along = c_side / (c_side - d_side);
  return {static_cast<int32_t>(std::lround(c.x + along * (static_cast<double>(d.x) - c.x))),
          static_cast<int32_t>(std::lround(c.y + along * (static_cast<double>(d.y) - c.y)))};
}

Crossings FindCrossings(const SegmentIndex& index, size_t limit) {
  Crossings crossings;
  uint64_t pairs = 0;
  std::vector<uint32_t> near;
  for (uint32_t i = 0; i < index.segments().size(); ++i) {
    const Segment& segment = index.segments()[i];
    near.clear();
    index.Find(segment.box(), near);
    for (const uint32_t j : near) {
      if (j >= i) break;
      const Segment& other = index.segments()[j];
      if (!SegmentsCross(segment.a, segment.b, other.a, other.b)) continue;
      const Point at = CrossingPoint(segment.a, segment.b, other.a, other.b);
      auto& found = crossings.found;
      if (std::find(found.begin(), found.end(), at) == found.end()) found.push_back(at);
      if (found.size() >= limit) return crossings;
    }
    pairs += near.size();
    if (pairs > Crossings::kMaxPairs) {
      crossings.exhausted = true;
      return crossings;
    }
  }
  return crossings;
}

std::optional<Point> FindCrossing(absl::Span<const Ring> rings) {
  const SegmentIndex index(rings);
  const Crossings crossings = FindCrossings(index, 1);
  if (!crossings.found.empty()) return crossings.found.front();
  if (crossings.exhausted) return index.segments().back().a;
  return std::nullopt;
}

}  // namespace fupin::geo
