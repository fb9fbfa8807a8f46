// Households counted in a place itself although it has parts (本级未分组): those whose survey
// names, say, an administrative village and none of its natural villages. Where the map draws the
// parts, nobody would see them: they are a point of their own there.
//
// Each place with parts has such a rest. It is a row behind the rows of the places, so that
// whatever holds numbers by row holds those of rests too; ids in tiles are rows.
#ifndef FUPIN_SERVICES_GIS_SERVER_RESTS_H_
#define FUPIN_SERVICES_GIS_SERVER_RESTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libs/division/tree.h"

namespace fupin::gis {

class Rests {
 public:
  explicit Rests(const division::Tree& tree);

  // Places and rests.
  size_t rows() const { return places_ + owners_.size(); }
  bool IsRest(uint32_t row) const { return row >= places_; }
  // The place a row is about: itself, or whose rest it is.
  uint32_t PlaceOf(uint32_t row) const { return IsRest(row) ? owners_[row - places_] : row; }
  // Of a place with parts only.
  uint32_t RowOf(uint32_t place) const { return rows_[place]; }

 private:
  size_t places_;
  std::vector<uint32_t> owners_;  // by row, less the rows of places
  std::vector<uint32_t> rows_;    // by place
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_RESTS_H_
