// The pole of inaccessibility by halving squares (the idea of mapbox/polylabel): a square is looked
// at further only while its centre's distance plus its half diagonal can beat the best found.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <queue>
#include <vector>

#include "libs/geo/ring.h"

namespace fupin::geo {
namespace {

// Sides of all rings, with what each question about a distance needs.
class Sides {
 public:
  explicit Sides(absl::Span<const Ring> rings) {
    for (const Ring& ring : rings) {
      for (size_t i = 0; i < ring.size(); ++i) {
        const Point a = ring[i], b = ring[i + 1 == ring.size() ? 0 : i + 1];
        const double dx = static_cast<double>(b.x) - a.x, dy = static_cast<double>(b.y) - a.y;
        const double length = dx * dx + dy * dy;
        sides_.push_back({static_cast<double>(a.x), static_cast<double>(a.y), dx, dy,
                          length == 0 ? 0 : 1 / length, dy == 0 ? 0 : dx / dy});
      }
    }
  }

  // Distance to the nearest side, negative outside.
  double SignedDistance(double x, double y) const {
    bool inside = false;
    double nearest = std::numeric_limits<double>::infinity();
    for (const Side& side : sides_) {
      const double px = x - side.x, py = y - side.y;
      inside ^= ((py < 0) != (py < side.dy)) & (px < py * side.slope);
      const double along = std::clamp((px * side.dx + py * side.dy) * side.per_length, 0.0, 1.0);
      const double ex = px - along * side.dx, ey = py - along * side.dy;
      nearest = std::min(nearest, ex * ex + ey * ey);
    }
    return inside ? std::sqrt(nearest) : -std::sqrt(nearest);
  }

 private:
  struct Side {
    double x, y, dx, dy;
    double per_length;  // one by the square of the length
    double slope;
  };
  std::vector<Side> sides_;
};

struct Square {
  double x, y, half, distance;
  double best() const { return distance + half * std::numbers::sqrt2; }
  friend bool operator<(const Square& a, const Square& b) { return a.best() < b.best(); }
};

Square CentroidOf(absl::Span<const Ring> rings, const Sides& sides) {
  const Ring* largest = &rings[0];
  for (const Ring& ring : rings) {
    if (std::abs(DoubleArea(ring)) > std::abs(DoubleArea(*largest))) largest = &ring;
  }
  const Point origin = largest->front();
  double x = 0, y = 0, area = 0;
  Point b = largest->back();
  for (const Point a : *largest) {
    const double cross =
        (static_cast<double>(a.x) - origin.x) * (static_cast<double>(b.y) - origin.y) -
        (static_cast<double>(b.x) - origin.x) * (static_cast<double>(a.y) - origin.y);
    x += (static_cast<double>(a.x) + b.x - 2.0 * origin.x) * cross;
    y += (static_cast<double>(a.y) + b.y - 2.0 * origin.y) * cross;
    area += 3 * cross;
    b = a;
  }
  Square square{static_cast<double>(origin.x), static_cast<double>(origin.y), 0, 0};
  if (area != 0) square = {origin.x + x / area, origin.y + y / area, 0, 0};
  square.distance = sides.SignedDistance(square.x, square.y);
  return square;
}

Point Rounded(const Square& square) {
  return {static_cast<int32_t>(std::lround(square.x)), static_cast<int32_t>(std::lround(square.y))};
}

}  // namespace

Point InteriorPoint(absl::Span<const Ring> rings) {
  Box box;
  for (const Ring& ring : rings) box.Extend(BoundsOf(ring));
  const double width = static_cast<double>(box.max.x) - box.min.x;
  const double height = static_cast<double>(box.max.y) - box.min.y;
  const double side = std::min(width, height);
  const Sides sides(rings);
  Square best = CentroidOf(rings, sides);
  if (side <= 0) return Rounded(best);

  std::priority_queue<Square> open;
  const double half = side / 2;
  for (double x = box.min.x; x < box.max.x; x += side) {
    for (double y = box.min.y; y < box.max.y; y += side) {
      Square square{x + half, y + half, half, 0};
      square.distance = sides.SignedDistance(square.x, square.y);
      open.push(square);
    }
  }
  // Coarse when much is inside; finer and finer while nothing is, down to one unit.
  const double precision = side / 20;
  while (!open.empty()) {
    const Square square = open.top();
    open.pop();
    if (square.distance > best.distance) best = square;
    const double gain = square.best() - best.distance;
    if (gain <= (best.distance > 1 ? precision : 1)) break;
    const double quarter = square.half / 2;
    for (const double dx : {-quarter, quarter}) {
      for (const double dy : {-quarter, quarter}) {
        Square part{square.x + dx, square.y + dy, quarter, 0};
        part.distance = sides.SignedDistance(part.x, part.y);
        if (part.best() > best.distance) open.push(part);
      }
    }
  }
  return Rounded(best);
}

}  // namespace fupin::geo
