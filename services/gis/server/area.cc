#include "services/gis/server/area.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "libs/geo/crossing.h"
#include "libs/geo/mercator.h"
#include "services/gis/domain/reasons.h"

namespace fupin::gis {
namespace {

// As far north and south as the map goes.
constexpr double kMaxLatitude = 85;

// NaN fails the comparison.
bool IsPosition(double longitude, double latitude) {
  return std::abs(longitude) <= 180 && std::abs(latitude) <= kMaxLatitude;
}

int Side(geo::Point a, geo::Point b, geo::Point c) {
  const int64_t area = geo::DoubleArea(a, b, c);
  return area > 0 ? 1 : area < 0 ? -1 : 0;
}

geo::Box BoxOf(geo::Point a, geo::Point b) {
  geo::Box box;
  box.Extend(a);
  box.Extend(b);
  return box;
}

// Whether the lines a-b and c-d have a point in common, ends included.
bool Touch(geo::Point a, geo::Point b, geo::Point c, geo::Point d) {
  const int abc = Side(a, b, c), abd = Side(a, b, d), cda = Side(c, d, a), cdb = Side(c, d, b);
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (abc == 0 && BoxOf(a, b).Contains(c)) || (abd == 0 && BoxOf(a, b).Contains(d)) ||
         (cda == 0 && BoxOf(c, d).Contains(a)) || (cdb == 0 && BoxOf(c, d).Contains(b));
}

}  // namespace

Area::Area(geo::Ring ring) : ring_(std::move(ring)), box_(geo::BoundsOf(ring_)) {
  std::vector<geo::Box> sides;
  for (size_t i = 0; i < ring_.size(); ++i) {
    sides.push_back(BoxOf(ring_[i], ring_[(i + 1) % ring_.size()]));
  }
  sides_ = geo::BoxIndex(sides);
}

absl::StatusOr<Area> Area::OfBox(double west, double south, double east, double north) {
  if (!IsPosition(west, south) || !IsPosition(east, north)) return Refuse("BOX_INVALID", "box");
  const geo::Point min = geo::ToWorld({west, north}), max = geo::ToWorld({east, south});
  // Also one that is less than a hand wide.
  if (min.x >= max.x || min.y >= max.y) return Refuse("BOX_REVERSED", "box");
  return Area({min, {max.x, min.y}, max, {min.x, max.y}});
}

absl::StatusOr<Area> Area::OfPolygon(absl::Span<const geo::LonLat> points) {
  if (points.size() > kMaxPoints) return Refuse("POLYGON_TOO_MANY", "polygon");
  geo::Ring ring;
  for (const geo::LonLat point : points) {
    if (!IsPosition(point.lon, point.lat)) return Refuse("POSITION_INVALID", "polygon");
    const geo::Point world = geo::ToWorld(point);
    if (ring.empty() || ring.back() != world) ring.push_back(world);
  }
  while (ring.size() > 1 && ring.back() == ring.front()) ring.pop_back();
  if (ring.size() < 3) return Refuse("POLYGON_TOO_FEW", "polygon");
  const auto crossing = geo::FindCrossing(absl::MakeConstSpan(&ring, 1));
  if (crossing || geo::DoubleArea(ring) == 0) {
    const geo::LonLat near = geo::ToLonLat(crossing.value_or(ring[0]));
    return Refuse("POLYGON_CROSSING", "polygon", absl::StrFormat("%.6f,%.6f", near.lon, near.lat));
  }
  return Area(std::move(ring));
}

bool Area::Contains(geo::Point world) const {
  return box_.Contains(world) && geo::Contains(ring_, world);
}

bool Area::Meets(const outline::Outlines& outlines, uint32_t order) const {
  const geo::Box& bounds = outlines.WorldBounds(order);
  if (bounds.empty() || !bounds.Meets(box_)) return false;
  std::vector<uint32_t> sides;
  sides_.Find(bounds, sides);
  // No side near: all of it lies in here, or none.
  if (sides.empty()) return Contains(bounds.min);
  const std::vector<outline::DirectedArc> border = outlines.BorderOf(order);
  if (border.empty()) return false;
  bool around = false;  // the outline contains a corner of the area
  for (const outline::DirectedArc way : border) {
    if (geo::OddCrossings(outlines.arcs().points_of(outline::ArcOf(way)), ring_[0])) {
      around = !around;
    }
  }
  if (around) return true;
  for (const outline::DirectedArc way : border) {
    const auto points = outlines.arcs().points_of(outline::ArcOf(way));
    if (Contains(points[0])) return true;  // one of its parts may lie in here, whole
    for (size_t i = 1; i < points.size(); ++i) {
      sides.clear();
      sides_.Find(BoxOf(points[i - 1], points[i]), sides);
      for (const uint32_t side : sides) {
        if (Touch(points[i - 1], points[i], ring_[side], ring_[(side + 1) % ring_.size()])) {
          return true;
        }
      }
    }
  }
  return false;
}

}  // namespace fupin::gis
