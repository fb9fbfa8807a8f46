// The outline of one division as rings of points, at full precision.
#ifndef FUPIN_LIBS_OUTLINE_POLYGONS_H_
#define FUPIN_LIBS_OUTLINE_POLYGONS_H_

#include <cstdint>
#include <vector>

#include "libs/geo/ring.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

// An outer ring, clockwise to the eye, and its holes, the other way round. World units.
using Polygon = std::vector<geo::Ring>;

// Empty for a division without an outline.
std::vector<Polygon> PolygonsOf(const Outlines& outlines, uint32_t order);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_POLYGONS_H_
