#include "libs/outline/nearest.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "libs/geo/mercator.h"

namespace fupin::outline {
namespace {

constexpr double kEarthM = 6371008.8;
constexpr double kRadians = M_PI / 180;

struct Spot {
  double x, y;
};

double MetresBetween(geo::LonLat a, geo::LonLat b) {
  const double dlat = std::sin((b.lat - a.lat) * kRadians / 2);
  const double dlon = std::sin((b.lon - a.lon) * kRadians / 2);
  const double h =
      dlat * dlat + std::cos(a.lat * kRadians) * std::cos(b.lat * kRadians) * dlon * dlon;
  return 2 * kEarthM * std::asin(std::min(1.0, std::sqrt(h)));
}

double Square(Spot a, Spot b) { return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y); }

// The spot of the box nearest to `at`.
double SquareToBox(Spot at, const geo::Box& box) {
  return Square(at, {std::clamp(at.x, double(box.min.x), double(box.max.x)),
                     std::clamp(at.y, double(box.min.y), double(box.max.y))});
}

Spot NearestOn(Spot at, geo::Point from, geo::Point to) {
  const double dx = double(to.x) - from.x, dy = double(to.y) - from.y;
  const double length = dx * dx + dy * dy;
  const double share =
      length == 0 ? 0
                  : std::clamp(((at.x - from.x) * dx + (at.y - from.y) * dy) / length, 0.0, 1.0);
  return {from.x + share * dx, from.y + share * dy};
}

}  // namespace

std::optional<Near> FindNearest(const Outlines& outlines, absl::Span<const uint32_t> among,
                                geo::LonLat place, double limit_m) {
  // Web mercator keeps shapes: what is nearest on the map is so on the ground, as long as the scale
  // is about the same.
  const geo::Point point = geo::ToWorld(place);
  const Spot at{double(point.x), double(point.y)};
  const double unit_m = 2 * M_PI * kEarthM * std::cos(place.lat * kRadians) / geo::kWorldSize;
  const double reach = limit_m / unit_m * 1.05;
  std::vector<std::pair<double, uint32_t>> near;
  for (const uint32_t order : among) {
    if (!outlines.Has(order)) continue;
    const double square = SquareToBox(at, outlines.WorldBounds(order));
    if (square <= reach * reach) near.emplace_back(square, order);
  }
  std::sort(near.begin(), near.end());
  double best = reach * reach;
  Spot best_spot{};
  std::optional<uint32_t> found;
  for (const auto& [to_box, order] : near) {
    if (to_box > best) break;
    for (const DirectedArc way : outlines.BorderOf(order)) {
      const auto points = outlines.arcs().points_of(ArcOf(way));
      for (size_t i = 1; i < points.size(); ++i) {
        const Spot spot = NearestOn(at, points[i - 1], points[i]);
        const double square = Square(at, spot);
        if (square > best || (square == best && found)) continue;
        best = square;
        best_spot = spot;
        found = order;
      }
    }
  }
  if (!found) return std::nullopt;
  const double metres =
      MetresBetween(place, geo::ToLonLat({static_cast<int32_t>(std::lround(best_spot.x)),
                                          static_cast<int32_t>(std::lround(best_spot.y))}));
  if (metres > limit_m) return std::nullopt;
  return Near{*found, metres};
}

}  // namespace fupin::outline
