#include "libs/geo/mercator.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fupin::geo {
namespace {

int32_t OnGrid(double share) {
  return static_cast<int32_t>(
      std::clamp(std::floor(share * kWorldSize + 0.5), 0.0, static_cast<double>(kWorldSize)));
}

}  // namespace

Point ToWorld(LonLat place) {
  const double sine =
      std::sin(std::clamp(place.lat, -kMaxLatitude, kMaxLatitude) * std::numbers::pi / 180);
  return {OnGrid(place.lon / 360 + 0.5),
          OnGrid(0.5 - std::log((1 + sine) / (1 - sine)) / (4 * std::numbers::pi))};
}

LonLat ToLonLat(Point world) {
  const double y = 0.5 - static_cast<double>(world.y) / kWorldSize;
  return {(static_cast<double>(world.x) / kWorldSize - 0.5) * 360,
          std::atan(std::sinh(2 * std::numbers::pi * y)) * 180 / std::numbers::pi};
}

Point ToMicrodegrees(LonLat place) {
  return {static_cast<int32_t>(std::lround(place.lon * 1e6)),
          static_cast<int32_t>(std::lround(place.lat * 1e6))};
}

}  // namespace fupin::geo
