// A lattice of hexagons over a part of the earth, the raw material of synthetic outlines.
#ifndef FUPIN_LIBS_OUTLINE_HEX_LATTICE_H_
#define FUPIN_LIBS_OUTLINE_HEX_LATTICE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "libs/geo/point.h"
#include "libs/geo/ring.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

// Cells are numbered row by row from the south-west. The outermost cells exist only so that all
// others have six neighbours.
class HexLattice {
 public:
  // Covers `area`; a cell covers `cell_area` square degrees of the equator (longitude is scaled by
  // the cosine of the middle latitude). `seed` decides where corners are moved to.
  HexLattice(const LonLatBox& area, double cell_area, uint64_t seed);

  uint32_t size() const { return rows_ * columns_; }
  uint32_t rows() const { return rows_; }
  uint32_t columns() const { return columns_; }
  uint32_t CellAt(uint32_t row, uint32_t column) const { return row * columns_ + column; }
  bool OnMargin(uint32_t cell) const;
  geo::LonLat Centre(uint32_t cell) const;
  // In units of a cell's width.
  double PlaneX(uint32_t cell) const;
  double PlaneY(uint32_t cell) const;

  // The six around, counter-clockwise; for a cell that is not on the margin.
  std::array<uint32_t, 6> Neighbours(uint32_t cell) const;

  // A corner of cells, the same value from each of its three cells.
  using Corner = geo::Point;
  // The ends of the border between a cell and Neighbours()[side]; the cell lies to the left.
  Corner Begin(uint32_t cell, int side) const;
  Corner End(uint32_t cell, int side) const { return Begin(cell, side == 5 ? 0 : side + 1); }
  // Appends the border from one corner to the next, without the last point. Corners are moved and
  // the line between is bent, the same way from both sides and little enough that no two lines
  // cross.
  void AppendBorder(Corner begin, Corner end, geo::Ring& microdegrees) const;

 private:
  struct Plane {
    double x, y;
  };
  Plane Moved(Corner corner) const;
  geo::Point ToMicro(Plane place) const;

  geo::LonLat origin_;
  double scale_;  // cosine of the middle latitude
  double edge_;   // degrees of latitude
  uint64_t seed_;
  uint32_t rows_, columns_;
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_HEX_LATTICE_H_
