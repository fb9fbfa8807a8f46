#include "libs/pmtiles/archive_writer.h"

#include <algorithm>
#include <cmath>

#include <xxhash.h>

namespace fupin::pmtiles {
namespace {

// The specification asks for header and root directory in here.
constexpr size_t kFrontBytes = 16 << 10;
constexpr size_t kHeaderBytes = 127;
constexpr char kGzip = 2;
constexpr char kVectorTiles = 1;

class Header {
 public:
  Header() : bytes_("PMTiles\x03") {}
  void Number(uint64_t value) { Little(value, 8); }
  void Byte(int value) { bytes_.push_back(static_cast<char>(value)); }
  void Degrees(double value) {
    Little(static_cast<uint32_t>(static_cast<int32_t>(std::lround(value * 1e7))), 4);
  }
  std::string Take() && { return std::move(bytes_); }

 private:
  void Little(uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_.push_back(static_cast<char>(value >> (8 * i)));
  }

  std::string bytes_;
};

absl::Status NoMemory() { return absl::ResourceExhaustedError("a tile cannot be compressed"); }

}  // namespace

absl::Status ArchiveWriter::Begin() {
  if (std::exchange(begun_, true)) return absl::OkStatus();
  return file_.Append(std::string(kFrontBytes, '\0'));
}

absl::Status ArchiveWriter::Add(uint64_t number, const std::string& tile) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  ++tiles_;
  const XXH128_hash_t hash = XXH3_128bits(tile.data(), tile.size());
  auto [known, fresh] = known_.try_emplace({hash.low64, hash.high64}, Place{data_bytes_, 0});
  if (fresh) {
    const std::string bytes = compress_(tile);
    if (bytes.empty()) return NoMemory();
    known->second.length = static_cast<uint32_t>(bytes.size());
    data_bytes_ += bytes.size();
    if (absl::Status status = file_.Append(bytes); !status.ok()) return status;
  }
  const Place& place = known->second;
  if (!entries_.empty()) {
    Entry& last = entries_.back();
    if (last.offset == place.offset && number == last.tile + last.run_length) {
      ++last.run_length;
      return absl::OkStatus();
    }
  }
  entries_.push_back({number, place.offset, place.length, 1});
  return absl::OkStatus();
}

absl::Status ArchiveWriter::Finish(const About& about) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  const Directories directories = Encode(entries_, kFrontBytes - kHeaderBytes);
  const std::string metadata = Gzip(about.metadata);
  if (directories.root.empty() || metadata.empty()) return NoMemory();
  const uint64_t metadata_at = kFrontBytes + data_bytes_;
  const uint64_t leaves_at = metadata_at + metadata.size();
  Header header;
  for (const uint64_t number :
       {uint64_t{kHeaderBytes}, uint64_t{directories.root.size()}, metadata_at,
        uint64_t{metadata.size()}, leaves_at, uint64_t{directories.leaves.size()},
        uint64_t{kFrontBytes}, data_bytes_, tiles_, uint64_t{entries_.size()}, different()}) {
    header.Number(number);
  }
  header.Byte(1);  // clustered: tiles lie in the order of their numbers
  header.Byte(kGzip);
  header.Byte(kGzip);
  header.Byte(kVectorTiles);
  header.Byte(about.min_zoom);
  header.Byte(about.max_zoom);
  for (const double edge : {about.west, about.south, about.east, about.north}) header.Degrees(edge);
  header.Byte(about.min_zoom);
  header.Degrees((about.west + about.east) / 2);
  header.Degrees((about.south + about.north) / 2);
  for (const std::string* part : {&metadata, &directories.leaves}) {
    if (absl::Status status = file_.Append(*part); !status.ok()) return status;
  }
  return file_.WriteAt(0, std::move(header).Take() + directories.root);
}

}  // namespace fupin::pmtiles
