// Writes PMTiles archives, version 3: all tiles of a map in one file that a browser reads piece by
// piece from any file server, or a tablet without a network.
//
// Tiles go to the file as they come; memory holds 24 bytes for each and 40 for each different one.
// The order in the file: header and root directory in the first 16 KiB, tiles, metadata, leaf
// directories.
#ifndef FUPIN_LIBS_PMTILES_ARCHIVE_WRITER_H_
#define FUPIN_LIBS_PMTILES_ARCHIVE_WRITER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/pmtiles/directory.h"

namespace fupin::pmtiles {

// Where the archive goes.
class ArchiveFile {
 public:
  virtual ~ArchiveFile() = default;
  virtual absl::Status Append(absl::string_view bytes) = 0;
  // Over bytes appended before.
  virtual absl::Status WriteAt(uint64_t offset, absl::string_view bytes) = 0;
};

struct About {
  int min_zoom = 0;
  int max_zoom = 0;
  // Degrees.
  double west = -180;
  double south = -85;
  double east = 180;
  double north = 85;
  // JSON; with "vector_layers", as the specification asks for vector tiles.
  std::string metadata;
};

// One thread. After an error the archive is of no use.
class ArchiveWriter {
 public:
  // `compress` gives a tile in gzip format, or nothing when it cannot: RESOURCE_EXHAUSTED then. It
  // is not asked for tiles that the archive has already.
  using Compress = std::function<std::string(const std::string& tile)>;

  ArchiveWriter(ArchiveFile& file, Compress compress)
      : file_(file), compress_(std::move(compress)) {}

  // `number` (TileNumber) above that of the tile before. `tile`: vector tile, not compressed.
  absl::Status Add(uint64_t number, const std::string& tile);
  absl::Status Finish(const About& about);

  uint64_t tiles() const { return tiles_; }
  uint64_t different() const { return known_.size(); }

 private:
  struct Place {
    uint64_t offset;
    uint32_t length;
  };
  absl::Status Begin();

  ArchiveFile& file_;
  const Compress compress_;
  bool begun_ = false;
  uint64_t tiles_ = 0;
  uint64_t data_bytes_ = 0;
  std::vector<Entry> entries_;
  absl::flat_hash_map<std::pair<uint64_t, uint64_t>, Place> known_;  // by 128 bits of hash
};

}  // namespace fupin::pmtiles

#endif  // FUPIN_LIBS_PMTILES_ARCHIVE_WRITER_H_
