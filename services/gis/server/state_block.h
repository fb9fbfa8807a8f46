// The numbers of one tile's places without their shapes: what a viewer fetches who has the tile and
// wants it as of another day. Some 1 KB where the tile has 17.
//
//   byte 0      2, the format
//   varint      number of places: those of the tile's layer "area", then of its layer "rest"
//   8 bytes     hash over their ids, little-endian: equal for equal places in the same order
//   varint      number of columns; figure_sets.h has them, /map/tiles.json tells their names
//   varints     with ids only: for each place its id less that of the one before
//   varints     each column in turn, for each place: value + 1, or 0 for absent
#ifndef FUPIN_SERVICES_GIS_SERVER_STATE_BLOCK_H_
#define FUPIN_SERVICES_GIS_SERVER_STATE_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"

namespace fupin::gis {

// `value` is called column by column, for each of `rows` by its index.
std::string WriteStateBlock(absl::Span<const uint32_t> rows, size_t columns, bool with_ids,
                            absl::FunctionRef<int32_t(size_t column, size_t i)> value);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_STATE_BLOCK_H_
