#include "libs/pmtiles/directory.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <libdeflate.h>

namespace fupin::pmtiles {
namespace {

constexpr int kLevel = 6;
constexpr size_t kFirstLeaf = 4096;

void Append(uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

}  // namespace

uint64_t TileNumber(int z, uint32_t x, uint32_t y) {
  uint64_t number = ((uint64_t{1} << (2 * z)) - 1) / 3;
  for (int bit = z - 1; bit >= 0; --bit) {
    const uint32_t side = uint32_t{1} << bit;
    const uint64_t right = (x >> bit) & 1, below = (y >> bit) & 1;
    number += ((3 * right) ^ below) << (2 * bit);
    if (below == 0) {
      if (right == 1) {
        x = side - 1 - x;
        y = side - 1 - y;
      }
      std::swap(x, y);
    }
  }
  return number;
}

std::string Encode(absl::Span<const Entry> entries) {
  std::string out;
  Append(entries.size(), out);
  uint64_t before = 0;
  for (const Entry& entry : entries) Append(entry.tile - std::exchange(before, entry.tile), out);
  for (const Entry& entry : entries) Append(entry.run_length, out);
  for (const Entry& entry : entries) Append(entry.length, out);
  for (size_t i = 0; i < entries.size(); ++i) {
    const bool follows =
        i > 0 && entries[i].offset == entries[i - 1].offset + entries[i - 1].length;
    Append(follows ? 0 : entries[i].offset + 1, out);
  }
  return out;
}

Directories Encode(absl::Span<const Entry> entries, size_t most_root_bytes) {
  Directories made;
  made.root = Gzip(Encode(entries));
  for (size_t leaf = kFirstLeaf; made.root.size() > most_root_bytes; leaf *= 2) {
    made.leaves.clear();
    std::vector<Entry> root;
    for (size_t begin = 0; begin < entries.size(); begin += leaf) {
      const std::string bytes =
          Gzip(Encode(entries.subspan(begin, std::min(leaf, entries.size() - begin))));
      root.push_back(
          {entries[begin].tile, made.leaves.size(), static_cast<uint32_t>(bytes.size()), 0});
      made.leaves += bytes;
    }
    made.root = Gzip(Encode(root));
  }
  return made;
}

std::string Gzip(const std::string& bytes) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kLevel), libdeflate_free_compressor);
  if (compressor == nullptr) return "";
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(),
                                      out.size()));
  return out;
}

}  // namespace fupin::pmtiles
