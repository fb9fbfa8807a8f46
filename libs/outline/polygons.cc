#include "libs/outline/polygons.h"

#include <algorithm>
#include <utility>

#include "libs/outline/ring_assembly.h"

namespace fupin::outline {
namespace {

// The middle of its first edge, which touches no other ring.
geo::Point On(const geo::Ring& ring) {
  return {static_cast<int32_t>((int64_t{ring[0].x} + ring[1].x) / 2),
          static_cast<int32_t>((int64_t{ring[0].y} + ring[1].y) / 2)};
}

}  // namespace

std::vector<Polygon> PolygonsOf(const Outlines& outlines, uint32_t order) {
  std::vector<DirectedArc> ways = outlines.BorderOf(order);
  // Turned round: left with north up is right on the map's grid, whose y grows to the south.
  for (DirectedArc& way : ways) way = ~way;
  struct Outer {
    int64_t area;
    Polygon polygon;
  };
  std::vector<Outer> outers;
  std::vector<geo::Ring> holes;
  for (const auto& assembled : AssembleRings(outlines.arcs(), std::move(ways))) {
    geo::Ring ring;
    for (const DirectedArc way : assembled) {
      // Without the last point: it is the first of the next way.
      const auto points = outlines.arcs().points_of(ArcOf(way));
      if (way < 0) {
        ring.insert(ring.end(), points.rbegin(), points.rend() - 1);
      } else {
        ring.insert(ring.end(), points.begin(), points.end() - 1);
      }
    }
    const int64_t area = geo::DoubleArea(ring);
    if (area >= 0) {
      outers.push_back({area, {std::move(ring)}});
    } else {
      holes.push_back(std::move(ring));
    }
  }
  // A hole belongs to the smallest outer ring around it.
  for (geo::Ring& hole : holes) {
    Outer* around = outers.size() == 1 ? outers.data() : nullptr;
    for (size_t i = 0; outers.size() > 1 && i < outers.size(); ++i) {
      if ((around == nullptr || outers[i].area < around->area) &&
          geo::Contains(outers[i].polygon[0], On(hole))) {
        around = &outers[i];
      }
    }
    if (around != nullptr) around->polygon.push_back(std::move(hole));
  }
  std::vector<Polygon> polygons;
  polygons.reserve(outers.size());
  for (Outer& outer : outers) polygons.push_back(std::move(outer.polygon));
  return polygons;
}

}  // namespace fupin::outline
