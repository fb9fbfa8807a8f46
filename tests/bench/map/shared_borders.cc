#include "tests/bench/map/shared_borders.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace fupin::bench::map {
namespace {

using mvt::DecodedPoint;
using Edge = std::pair<DecodedPoint, DecodedPoint>;

constexpr int64_t kLow = -geo::TileId::kBuffer;
constexpr int64_t kHigh = geo::TileId::kExtent + geo::TileId::kBuffer;

bool OnEdgeOfTile(const Edge& edge) {
  const auto& [a, b] = edge;
  return (a.x == b.x && (a.x == kLow || a.x == kHigh)) ||
         (a.y == b.y && (a.y == kLow || a.y == kHigh));
}

double Distance(DecodedPoint point, DecodedPoint a, DecodedPoint b) {
  const double dx = static_cast<double>(b.x - a.x), dy = static_cast<double>(b.y - a.y);
  const double px = static_cast<double>(point.x - a.x), py = static_cast<double>(point.y - a.y);
  const double square = dx * dx + dy * dy;
  const double at = square > 0 ? std::clamp((px * dx + py * dy) / square, 0.0, 1.0) : 0;
  return std::hypot(px - at * dx, py - at * dy);
}

}  // namespace

BorderCheck::BorderCheck(const Pyramid& pyramid, int zoom) {
  const outline::LevelShapes& shapes = pyramid.Shapes(StoreyOf(zoom));
  std::vector<int> used(shapes.lines.size());
  for (const outline::DirectedArc way : shapes.ways) ++used[outline::ArcOf(way)];
  for (uint32_t line = 0; line < shapes.lines.size(); ++line) {
    if (used[line] != 1) continue;
    const uint32_t begin = shapes.lines.begins[line], end = shapes.lines.begins[line + 1];
    geo::Point before = shapes.lines.points[begin];
    for (uint32_t i = begin + 1; i < end; ++i) {
      if (shapes.zooms[i] > zoom && i + 1 < end) continue;
      border_.push_back({before, shapes.lines.points[i]});
      before = shapes.lines.points[i];
    }
  }
}

LooseBorders BorderCheck::Check(geo::TileId tile, const mvt::DecodedLayer& areas) const {
  std::map<Edge, int> edges;
  LooseBorders found;
  for (const mvt::DecodedFeature& feature : areas.features) {
    for (const mvt::DecodedRing& ring : feature.rings) {
      for (size_t i = 0; i < ring.size(); ++i) {
        const Edge edge(ring[i], ring[i + 1 == ring.size() ? 0 : i + 1]);
        ++found.edges;
        if (OnEdgeOfTile(edge)) continue;
        const auto other = edges.find({edge.second, edge.first});
        if (other == edges.end()) {
          ++edges[edge];
        } else if (--other->second == 0) {
          edges.erase(other);
        }
      }
    }
  }
  std::vector<Edge> border;
  const geo::Box box = tile.Bounds(2 * geo::TileId::kBuffer);
  for (const Segment& segment : border_) {
    geo::Box around;
    around.Extend(segment.a);
    around.Extend(segment.b);
    if (!around.Meets(box)) continue;
    const geo::Point a = tile.Local(segment.a), b = tile.Local(segment.b);
    border.emplace_back(DecodedPoint{a.x, a.y}, DecodedPoint{b.x, b.y});
  }
  const auto on_border = [&](DecodedPoint point) {
    return std::any_of(border.begin(), border.end(), [&](const Edge& edge) {
      return Distance(point, edge.first, edge.second) <= 1;
    });
  };
  // What is left goes round in circles; the sum over all of them is what lies between.
  int64_t twice = 0;
  for (const auto& [edge, count] : edges) {
    if (on_border(edge.first) && on_border(edge.second)) continue;
    found.loose += static_cast<size_t>(count);
    twice += count * (edge.first.x * edge.second.y - edge.second.x * edge.first.y);
  }
  found.square = std::fabs(static_cast<double>(twice)) / 2;
  return found;
}

}  // namespace fupin::bench::map
