// A part of the map that somebody draws, and which outlines meet it.
#ifndef FUPIN_SERVICES_GIS_SERVER_AREA_H_
#define FUPIN_SERVICES_GIS_SERVER_AREA_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/geo/box_index.h"
#include "libs/geo/point.h"
#include "libs/geo/ring.h"
#include "libs/outline/outlines.h"

namespace fupin::gis {

// Immutable. Its sides are straight on the web-mercator map.
class Area {
 public:
  static constexpr size_t kMaxPoints = 1000;

  // BOX_INVALID, BOX_REVERSED.
  static absl::StatusOr<Area> OfBox(double west, double south, double east, double north);
  // Open or closed, in either direction. POLYGON_TOO_FEW, POLYGON_TOO_MANY, POSITION_INVALID,
  // POLYGON_CROSSING.
  static absl::StatusOr<Area> OfPolygon(absl::Span<const geo::LonLat> points);

  bool Contains(geo::Point world) const;
  // Whether some of the outline lies in here, or touches it. Exact on the grid of world units. 10
  // ns for one that lies apart, 1 us for one inside, 1 us a point for one that is cut.
  bool Meets(const outline::Outlines& outlines, uint32_t order) const;

 private:
  explicit Area(geo::Ring ring);

  geo::Ring ring_;
  geo::Box box_;
  geo::BoxIndex sides_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_AREA_H_
