// Writes vector tiles (Mapbox Vector Tile 2.1) from columns.
//
// Made for areas whose shapes never change and whose numbers do: the caller holds one column per
// attribute for all areas, indexed by row, and shapes already encoded for the tile. A tile then
// costs a copy of the shapes and one table look-up per attribute: about 10 us for 80 areas with 12
// attributes in 17 KB (mvt_bench.cc).
#ifndef FUPIN_LIBS_MVT_TILE_WRITER_H_
#define FUPIN_LIBS_MVT_TILE_WRITER_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fupin::mvt {

// Texts that may stand in tiles: names, codes. Filled before the first tile, then only read, by any
// number of threads.
class StringTable {
 public:
  static constexpr uint32_t kAbsent = UINT32_MAX;

  // The number of `text`; the same text may be added twice and is then two texts (a tile would hold
  // both). UTF-8.
  uint32_t Add(absl::string_view text);
  uint32_t size() const { return static_cast<uint32_t>(begins_.size() - 1); }
  // As a `values` field of a layer, tag and length included.
  absl::string_view Encoded(uint32_t number) const {
    return absl::string_view(bytes_).substr(begins_[number], begins_[number + 1] - begins_[number]);
  }

 private:
  std::string bytes_;
  std::vector<uint32_t> begins_ = {0};
};

// A column holds a value for every row of the caller's table.
struct StringColumn {
  absl::string_view key;
  absl::Span<const uint32_t> values;  // numbers in the StringTable; kAbsent: the area lacks the key
};
struct IntColumn {
  // An unknown number is not 0: the area then lacks the key.
  static constexpr int32_t kAbsent = std::numeric_limits<int32_t>::min();

  absl::string_view key;
  absl::Span<const int32_t> values;
};

// What is said about each area or label, the same for all tiles. Refers to the caller's memory; at
// most 64 columns. Ids are numbers of rows.
struct Layer {
  absl::string_view name;
  uint32_t extent = 4096;
  absl::Span<const StringColumn> strings;
  absl::Span<const IntColumn> ints;
};

// Areas with shapes encoded beforehand (polygon_commands.h): the shape of rows[i] is
// geometry[i == 0 ? 0 : ends[i - 1], ends[i]).
struct Polygons {
  absl::Span<const uint32_t> rows;
  absl::Span<const uint32_t> ends;
  absl::string_view geometry;
};

// A point that stands for an area, for example where its number is written.
struct LabelPoint {
  uint32_t row;
  int32_t x;  // tile units
  int32_t y;
};

// Writes one tile after another into its own memory. One thread at a time; keep one per thread.
class TileWriter {
 public:
  explicit TileWriter(const StringTable& strings);

  // Forgets the tile before, keeps the memory.
  void Clear() { tile_.size = 0; }
  // Appends a layer; a layer without areas or points leaves no trace. Layer names of one tile
  // differ.
  void AddPolygons(const Layer& layer, const Polygons& polygons);
  void AddPoints(const Layer& layer, absl::Span<const LabelPoint> points);
  // The tile so far, valid until the next call. Equal content gives equal bytes.
  absl::string_view bytes() const { return {tile_.memory.data(), tile_.size}; }

 private:
  // Bytes of which only the first `size` count: a std::string would fill with zeros what is about
  // to be written.
  struct Buffer {
    std::string memory;
    size_t size = 0;

    // Where to write next; `room` bytes fit there.
    char* End(size_t room) {
      if (memory.size() < size + room) memory.resize(2 * (size + room));
      return memory.data() + size;
    }
    void EndAt(const char* end) { size = static_cast<size_t>(end - memory.data()); }
  };
  // Numbers already in the layer's list of values: a slot is valid when its stamp is the layer's.
  struct SmallSlot {
    uint32_t stamp;
    uint32_t index;
  };
  struct LargeSlot {
    int32_t value;
    uint32_t stamp;
    uint32_t index;
  };
  static constexpr int32_t kSmall = 4096;

  // Returns where the layer begins in tile_.
  size_t BeginLayer(const Layer& layer);
  void EndLayer(const Layer& layer, size_t begin);
  void AddFeature(const Layer& layer, uint32_t row, int type, absl::string_view geometry);
  // Key and value numbers of a row, as varints; returns their end.
  char* WriteTags(const Layer& layer, uint32_t row, char* out);
  uint32_t StringIndex(uint32_t number);
  uint32_t IntIndex(int32_t value);
  uint32_t LargeIntIndex(int32_t value);
  void Grow();

  const StringTable& strings_;
  Buffer tile_;
  Buffer values_;  // the layer's, encoded
  uint32_t value_count_ = 0;
  uint32_t stamp_ = 0;
  std::vector<SmallSlot> string_slots_;
  std::vector<SmallSlot> small_slots_;  // 0..kSmall - 1
  std::vector<LargeSlot> large_slots_;  // others, open addressing
  size_t large_used_ = 0;
};

}  // namespace fupin::mvt

#endif  // FUPIN_LIBS_MVT_TILE_WRITER_H_
