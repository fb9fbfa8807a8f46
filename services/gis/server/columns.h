// The numbers of all places as columns, the way tiles are written from. Rows are Division::order().
#ifndef FUPIN_SERVICES_GIS_SERVER_COLUMNS_H_
#define FUPIN_SERVICES_GIS_SERVER_COLUMNS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/mvt/tile_writer.h"
#include "services/gis/domain/counts.h"

namespace fupin::gis {

// Attributes of a place in tiles and events, in this order.
enum class Attribute {
  kHouseholds,
  kPersons,
  kPoor,  // households, as the next three
  kPossiblyPoor,
  kStable,
  kNotScorable,
  kPoorPersons,
  kIncidence,  // per mille; absent where nobody is surveyed
  kIndex,      // mean, centipoints; absent where nobody has one
  kCause,      // number in the list of causes, from 1, of the most frequent one; absent without
};
inline constexpr size_t kAttributes = 10;

// "households", ..., as they stand in tiles.
const char* NameOf(Attribute attribute);

class Columns {
 public:
  explicit Columns(size_t rows);

  void Set(uint32_t row, const Counts& counts);
  void SetCause(uint32_t row, std::optional<size_t> cause);
  // Takes a row over from others of the same size.
  void Copy(uint32_t row, const Columns& from);
  // Makes every attribute of the row absent.
  void Clear(uint32_t row);
  int32_t At(Attribute attribute, uint32_t row) const {
    return columns_[static_cast<size_t>(attribute)][row];
  }
  // Refers to this object.
  std::array<mvt::IntColumn, kAttributes> ForTiles() const;
  // {"id":7,"households":3,...}; absent ones are null.
  void AppendJson(uint32_t row, std::string* out) const;

 private:
  std::array<std::vector<int32_t>, kAttributes> columns_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_COLUMNS_H_
