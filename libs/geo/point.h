// A place as numbers. Two integer grids are used, both with the same struct:
//   microdegrees: x = longitude, y = latitude, 1e-6 degree (11 cm); y grows to the north. Stored.
//   world units:  web mercator, kWorldSize across, y grows to the south (libs/geo/mercator.h).
//   Drawn.
// A function that needs one of the two says so; the others work on both.
#ifndef FUPIN_LIBS_GEO_POINT_H_
#define FUPIN_LIBS_GEO_POINT_H_

#include <algorithm>
#include <compare>
#include <cstdint>

namespace fupin::geo {

// Degrees.
struct LonLat {
  double lon = 0;
  double lat = 0;
};

struct Point {
  int32_t x = 0;
  int32_t y = 0;

  friend constexpr bool operator==(const Point&, const Point&) = default;
  friend constexpr auto operator<=>(const Point&, const Point&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const Point& point) {
    return H::combine(std::move(hash), point.x, point.y);
  }
};

// Closed: a point on the border is inside. A box that was never extended is empty.
struct Box {
  Point min{INT32_MAX, INT32_MAX};
  Point max{INT32_MIN, INT32_MIN};

  constexpr bool empty() const { return min.x > max.x; }
  constexpr void Extend(Point point) {
    min = {std::min(min.x, point.x), std::min(min.y, point.y)};
    max = {std::max(max.x, point.x), std::max(max.y, point.y)};
  }
  constexpr void Extend(const Box& box) {
    if (box.empty()) return;
    Extend(box.min);
    Extend(box.max);
  }
  constexpr bool Contains(Point point) const {
    return point.x >= min.x && point.x <= max.x && point.y >= min.y && point.y <= max.y;
  }
  constexpr bool Contains(const Box& box) const { return Contains(box.min) && Contains(box.max); }
  constexpr bool Meets(const Box& box) const {
    return box.min.x <= max.x && box.max.x >= min.x && box.min.y <= max.y && box.max.y >= min.y;
  }
  friend constexpr bool operator==(const Box&, const Box&) = default;
};

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_POINT_H_
