// Web mercator (EPSG:3857) as integers: the world is a square of kWorldSize units, 3.7 cm each at
// the equator, origin in the north-west, y growing to the south.
#ifndef FUPIN_LIBS_GEO_MERCATOR_H_
#define FUPIN_LIBS_GEO_MERCATOR_H_

#include <cstdint>

#include "libs/geo/point.h"

namespace fupin::geo {

inline constexpr int kWorldBits = 30;
inline constexpr int32_t kWorldSize = int32_t{1} << kWorldBits;
inline constexpr double kMaxLatitude = 85.05112877980659;

// WGS 84 (CGCS2000 is the same within decimetres). Places outside the square are moved to its edge.
Point ToWorld(LonLat place);
LonLat ToLonLat(Point world);

// Rounds to 1e-6 degree; `place` within +-180 and +-90.
Point ToMicrodegrees(LonLat place);
constexpr LonLat FromMicrodegrees(Point micro) { return {micro.x * 1e-6, micro.y * 1e-6}; }

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_MERCATOR_H_
