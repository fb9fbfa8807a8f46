#include "libs/outline/hex_lattice.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "libs/geo/mercator.h"
#include "libs/outline/scatter.h"

namespace fupin::outline {
namespace {

// The grid of corners: x in half widths, y in half edges. A cell's centre is (2 column + row % 2,
// 3 row). Corners from the top counter-clockwise; side i goes from corner i to corner i + 1.
struct Step {
  int32_t x, y;
};
constexpr Step kCorners[6] = {{0, 2}, {-1, 1}, {-1, -1}, {0, -2}, {1, -1}, {1, 1}};
constexpr Step kAcross[6] = {{-1, 3}, {-2, 0}, {-1, -3}, {1, -3}, {2, 0}, {1, 3}};

// In edges. Two borders stay apart: a corner and a bend together move by less than a third of an
// edge.
constexpr double kCornerMove = 0.2;
constexpr double kBend = 0.13;

const double kHalfWidth = std::sqrt(3.0) / 2;  // in edges

}  // namespace

HexLattice::HexLattice(const LonLatBox& area, double cell_area, uint64_t seed)
    : scale_(std::cos((area.min.lat + area.max.lat) / 2 * std::numbers::pi / 180)),
      edge_(std::sqrt(cell_area / (3 * kHalfWidth))),
      seed_(seed) {
  // Two cells of margin to the west and south, and the same to the east and north.
  origin_ = {area.min.lon - 4 * kHalfWidth * edge_ / scale_, area.min.lat - 3 * edge_};
  columns_ =
      5 + static_cast<uint32_t>((area.max.lon - area.min.lon) * scale_ / (2 * kHalfWidth * edge_));
  rows_ = 5 + static_cast<uint32_t>((area.max.lat - area.min.lat) / (1.5 * edge_));
}

bool HexLattice::OnMargin(uint32_t cell) const {
  const uint32_t row = cell / columns_, column = cell % columns_;
  return row == 0 || row + 1 == rows_ || column == 0 || column + 1 == columns_;
}

double HexLattice::PlaneX(uint32_t cell) const {
  return cell % columns_ + 0.5 * (cell / columns_ % 2);
}
double HexLattice::PlaneY(uint32_t cell) const {
  const uint32_t row = cell / columns_;
  return row * kHalfWidth;
}

geo::LonLat HexLattice::Centre(uint32_t cell) const {
  const uint32_t row = cell / columns_;
  return {origin_.lon + PlaneX(cell) * 2 * kHalfWidth * edge_ / scale_,
          origin_.lat + row * 1.5 * edge_};
}

std::array<uint32_t, 6> HexLattice::Neighbours(uint32_t cell) const {
  const int32_t row = static_cast<int32_t>(cell / columns_);
  const int32_t x = 2 * static_cast<int32_t>(cell % columns_) + row % 2;
  std::array<uint32_t, 6> around;
  for (size_t side = 0; side < 6; ++side) {
    const int32_t there = row + kAcross[side].y / 3;
    around[side] = CellAt(static_cast<uint32_t>(there),
                          static_cast<uint32_t>((x + kAcross[side].x - there % 2) / 2));
  }
  return around;
}

HexLattice::Corner HexLattice::Begin(uint32_t cell, int side) const {
  const int32_t row = static_cast<int32_t>(cell / columns_);
  const int32_t x = 2 * static_cast<int32_t>(cell % columns_) + row % 2;
  return {x + kCorners[side].x, 3 * row + kCorners[side].y};
}

HexLattice::Plane HexLattice::Moved(Corner corner) const {
  return {corner.x * kHalfWidth + kCornerMove * Scatter(seed_, corner.x, corner.y),
          corner.y * 0.5 + kCornerMove * Scatter(seed_ + 1, corner.x, corner.y)};
}

geo::Point HexLattice::ToMicro(Plane place) const {
  return geo::ToMicrodegrees(
      {origin_.lon + place.x * edge_ / scale_, origin_.lat + place.y * edge_});
}

void HexLattice::AppendBorder(Corner begin, Corner end, geo::Ring& microdegrees) const {
  const Plane a = Moved(begin), b = Moved(end);
  // Symmetric in a and b: across the line by an amount that belongs to its middle.
  const double bend =
      kBend * Scatter(seed_ + 2, begin.x + end.x, begin.y + end.y) * (begin < end ? 1 : -1);
  microdegrees.push_back(ToMicro(a));
  microdegrees.push_back(
      ToMicro({(a.x + b.x) / 2 - bend * (b.y - a.y), (a.y + b.y) / 2 + bend * (b.x - a.x)}));
}

}  // namespace fupin::outline
