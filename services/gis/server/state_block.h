// The numbers of one tile's places without their shapes: what a viewer fetches who has the tile and
// wants it as of another day. Some 1 KB where the tile has 17.
//
//   byte 0      1, the format
//   varint      number of places
//   8 bytes     hash over the places, little-endian: equal for equal places in the same order
//   varints     with ids only: first id, then differences, in the order of the tile's layer "area"
//   varints     each attribute of Attribute in turn, for each place: value + 1, or 0 for absent
#ifndef FUPIN_SERVICES_GIS_SERVER_STATE_BLOCK_H_
#define FUPIN_SERVICES_GIS_SERVER_STATE_BLOCK_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "services/gis/server/columns.h"

namespace fupin::gis {

std::string WriteStateBlock(absl::Span<const uint32_t> places, const Columns& columns,
                            bool with_ids);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_STATE_BLOCK_H_
