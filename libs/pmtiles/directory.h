// Directories of a PMTiles archive: which tile lies where (specification version 3, section 4).
#ifndef FUPIN_LIBS_PMTILES_DIRECTORY_H_
#define FUPIN_LIBS_PMTILES_DIRECTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace fupin::pmtiles {

// The number of tile z/x/y along the Hilbert curves of all zooms, one after another. z at most 26.
uint64_t TileNumber(int z, uint32_t x, uint32_t y);

// `run_length` tiles from `tile` on have the same bytes. In a root directory 0 means: a leaf
// directory that begins with `tile`.
struct Entry {
  uint64_t tile = 0;
  uint64_t offset = 0;
  uint32_t length = 0;
  uint32_t run_length = 0;
};

// Not compressed yet. Entries ascend by tile.
std::string Encode(absl::Span<const Entry> entries);

// The directories of a whole archive, compressed.
struct Directories {
  std::string root;
  std::string leaves;  // one after another; empty when the root names every tile
};
Directories Encode(absl::Span<const Entry> entries, size_t most_root_bytes);

// In gzip format. Empty when memory is short.
std::string Gzip(const std::string& bytes);

}  // namespace fupin::pmtiles

#endif  // FUPIN_LIBS_PMTILES_DIRECTORY_H_
