#include "libs/geo/segment_index.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace fupin::geo {
namespace {

constexpr double kMetresPerMicrodegree = 6371008.8 * std::numbers::pi / 180 * 1e-6;

BoxIndex IndexOf(const std::vector<Segment>& segments) {
  std::vector<Box> boxes;
  boxes.reserve(segments.size());
  for (const Segment& segment : segments) boxes.push_back(segment.box());
  return BoxIndex(boxes);
}

// A ray from `point` along the x axis and the segment; half open, so that a vertex is counted once.
bool Crosses(Point a, Point b, Point point) {
  if (a.y > b.y) std::swap(a, b);
  return a.y <= point.y && point.y < b.y && DoubleArea(a, b, point) > 0;
}

double DistanceM(const Segment& segment, Point place, double metres_east) {
  const double px = (static_cast<double>(place.x) - segment.a.x) * metres_east;
  const double py = (static_cast<double>(place.y) - segment.a.y) * kMetresPerMicrodegree;
  const double dx = (static_cast<double>(segment.b.x) - segment.a.x) * metres_east;
  const double dy = (static_cast<double>(segment.b.y) - segment.a.y) * kMetresPerMicrodegree;
  const double length = dx * dx + dy * dy;
  const double along = length == 0 ? 0 : std::clamp((px * dx + py * dy) / length, 0.0, 1.0);
  return std::hypot(px - along * dx, py - along * dy);
}

int32_t Clamped(double value) {
  return static_cast<int32_t>(std::clamp(value, -2147483648.0, 2147483647.0));
}

}  // namespace

SegmentIndex::SegmentIndex(absl::Span<const Ring> rings) {
  size_t count = 0;
  for (const Ring& ring : rings) count += ring.size();
  segments_.reserve(count);
  for (uint32_t r = 0; r < rings.size(); ++r) {
    const Ring& ring = rings[r];
    for (size_t i = 0; i < ring.size(); ++i) {
      const Point a = ring[i], b = ring[i + 1 == ring.size() ? 0 : i + 1];
      if (a == b) continue;
      segments_.push_back({a, b, r});
      box_.Extend(a);
      box_.Extend(b);
    }
  }
  index_ = IndexOf(segments_);
}

bool SegmentIndex::Contains(Point point, uint32_t except, uint64_t* cost) const {
  if (!box_.Contains(point)) return false;
  std::vector<uint32_t> near;
  index_.FindUnordered({point, {INT32_MAX, point.y}}, near);
  if (cost != nullptr) *cost += near.size() + 1;
  bool odd = false;
  for (const uint32_t i : near) {
    const Segment& segment = segments_[i];
    if (segment.ring != except) odd = odd != Crosses(segment.a, segment.b, point);
  }
  return odd;
}

double SegmentIndex::NearestM(Point place, double enough_m, uint64_t* cost) const {
  if (segments_.empty()) return std::numeric_limits<double>::infinity();
  // Never zero, so that a box of some width is searched at the poles too.
  const double metres_east =
      kMetresPerMicrodegree * std::max(0.01, std::cos(place.y * 1e-6 * std::numbers::pi / 180));
  std::vector<uint32_t> near;
  for (double reach = std::max(enough_m, 1.0);; reach *= 4) {
    near.clear();
    const double x = reach / metres_east + 1, y = reach / kMetresPerMicrodegree + 1;
    const Box box{{Clamped(place.x - x), Clamped(place.y - y)},
                  {Clamped(place.x + x), Clamped(place.y + y)}};
    index_.FindUnordered(box, near);
    if (cost != nullptr) *cost += near.size() + 1;
    double nearest = std::numeric_limits<double>::infinity();
    for (const uint32_t i : near)
      nearest = std::min(nearest, DistanceM(segments_[i], place, metres_east));
    if (nearest <= reach || box.Contains(box_)) return nearest;
  }
}

std::optional<std::vector<bool>> FindHoles(const SegmentIndex& index,
                                           absl::Span<const Ring> rings) {
  std::vector<bool> holes(rings.size());
  if (rings.size() < 2) return holes;
  uint64_t cost = 0;
  for (uint32_t r = 0; r < rings.size(); ++r) {
    // Not a vertex: rings may touch in those. Not one side only: its middle may be such a point.
    int inside = 0;
    const size_t sides = std::min<size_t>(3, rings[r].size());
    for (size_t i = 0; i < sides; ++i) {
      const Point a = rings[r][i], b = rings[r][i + 1 == rings[r].size() ? 0 : i + 1];
      const Point middle{static_cast<int32_t>((int64_t{a.x} + b.x) / 2),
                         static_cast<int32_t>((int64_t{a.y} + b.y) / 2)};
      if (index.Contains(middle, r, &cost)) ++inside;
      if (cost > kMaxHoleCost) return std::nullopt;
    }
    holes[r] = 2 * inside > static_cast<int>(sides);
  }
  return holes;
}

}  // namespace fupin::geo
