// Field numbers are those of vector_tile.proto, version 2.1:
//   Tile.layers 3 | Layer: name 1, features 2, keys 3, values 4, extent 5, version 15
//   Feature: id 1, tags 2, type 3, geometry 4 | Value: string 1, int 4, sint 6
#include "libs/mvt/tile_writer.h"

#include <cstring>

#include "libs/mvt/polygon_commands.h"

namespace fupin::mvt {
namespace {

constexpr char Tag(int field, int wire) { return static_cast<char>(field << 3 | wire); }
constexpr int kVarint = 0, kBytes = 2;
// A row's keys and values: at most 64 columns of a one-byte key and a five-byte value number.
constexpr size_t kMaxTags = size_t{64} * 6;
constexpr size_t kMaxVarint = 10;
constexpr size_t kMaxFieldHead = 1 + kMaxVarint;  // tag and length

char* PutVarint(char* out, uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

char* PutBytes(char* out, absl::string_view bytes) {
  std::memcpy(out, bytes.data(), bytes.size());
  return out + bytes.size();
}

size_t VarintSize(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

char* PutBytesField(char* out, int field, absl::string_view bytes) {
  *out++ = Tag(field, kBytes);
  out = PutVarint(out, bytes.size());
  return PutBytes(out, bytes);
}

// A `values` field of a layer that holds a number: at most kMaxIntValue bytes. Negative numbers as
// sint: as int they would take ten bytes.
constexpr size_t kMaxIntValue = 8;
char* PutIntValue(char* out, int32_t value) {
  char* const end = PutVarint(out + 3, value >= 0 ? static_cast<uint32_t>(value) : ZigZag(value));
  out[0] = Tag(4, kBytes);
  out[1] = static_cast<char>(end - out - 2);
  out[2] = Tag(value >= 0 ? 4 : 6, kVarint);
  return end;
}

uint32_t Mix(int32_t value) { return static_cast<uint32_t>(value) * 0x9E3779B1u; }

}  // namespace

uint32_t StringTable::Add(absl::string_view text) {
  std::string value(kMaxFieldHead + text.size(), '\0'),
      field(2 * kMaxFieldHead + text.size(), '\0');
  value.resize(static_cast<size_t>(PutBytesField(value.data(), 1, text) - value.data()));
  field.resize(static_cast<size_t>(PutBytesField(field.data(), 4, value) - field.data()));
  bytes_ += field;
  begins_.push_back(static_cast<uint32_t>(bytes_.size()));
  return size() - 1;
}

TileWriter::TileWriter(const StringTable& strings)
    : strings_(strings), small_slots_(kSmall), large_slots_(1024) {}

uint32_t TileWriter::StringIndex(uint32_t number) {
  SmallSlot& slot = string_slots_[number];
  if (slot.stamp != stamp_) {
    slot = {stamp_, value_count_++};
    const absl::string_view value = strings_.Encoded(number);
    values_.EndAt(PutBytes(values_.End(value.size()), value));
  }
  return slot.index;
}

uint32_t TileWriter::IntIndex(int32_t value) {
  if (value < 0 || value >= kSmall) return LargeIntIndex(value);
  SmallSlot& slot = small_slots_[static_cast<size_t>(value)];
  if (slot.stamp != stamp_) {
    slot = {stamp_, value_count_++};
    values_.EndAt(PutIntValue(values_.End(kMaxIntValue), value));
  }
  return slot.index;
}

uint32_t TileWriter::LargeIntIndex(int32_t value) {
  const size_t mask = large_slots_.size() - 1;
  size_t at = (Mix(value) >> 7) & mask;
  while (large_slots_[at].stamp == stamp_) {
    if (large_slots_[at].value == value) return large_slots_[at].index;
    at = (at + 1) & mask;
  }
  const uint32_t index = value_count_++;
  large_slots_[at] = {value, stamp_, index};
  values_.EndAt(PutIntValue(values_.End(kMaxIntValue), value));
  if (++large_used_ * 2 > large_slots_.size()) Grow();
  return index;
}

void TileWriter::Grow() {
  std::vector<LargeSlot> old(large_slots_.size() * 2);
  old.swap(large_slots_);
  const size_t mask = large_slots_.size() - 1;
  for (const LargeSlot& slot : old) {
    if (slot.stamp != stamp_) continue;
    size_t at = (Mix(slot.value) >> 7) & mask;
    while (large_slots_[at].stamp == stamp_) at = (at + 1) & mask;
    large_slots_[at] = slot;
  }
}

char* TileWriter::WriteTags(const Layer& layer, uint32_t row, char* out) {
  uint32_t key = 0;
  for (const StringColumn& column : layer.strings) {
    if (const uint32_t number = column.values[row]; number != StringTable::kAbsent) {
      *out++ = static_cast<char>(key);
      out = PutVarint(out, StringIndex(number));
    }
    ++key;
  }
  for (const IntColumn& column : layer.ints) {
    if (const int32_t value = column.values[row]; value != IntColumn::kAbsent) {
      *out++ = static_cast<char>(key);
      out = PutVarint(out, IntIndex(value));
    }
    ++key;
  }
  return out;
}

size_t TileWriter::BeginLayer(const Layer& layer) {
  const size_t begin = tile_.size;
  if (++stamp_ == 0) {  // after 4 billion layers: no slot may look valid
    stamp_ = 1;
    for (SmallSlot& slot : string_slots_) slot.stamp = 0;
    for (SmallSlot& slot : small_slots_) slot.stamp = 0;
    for (LargeSlot& slot : large_slots_) slot.stamp = 0;
  }
  if (string_slots_.size() < strings_.size()) string_slots_.resize(strings_.size());
  values_.size = 0;
  value_count_ = 0;
  large_used_ = 0;
  char* out = tile_.End(2 + kMaxFieldHead + layer.name.size());
  *out++ = Tag(15, kVarint);
  *out++ = 2;
  tile_.EndAt(PutBytesField(out, 1, layer.name));
  return begin;
}

void TileWriter::EndLayer(const Layer& layer, size_t begin) {
  const auto put_key = [&](absl::string_view key) {
    tile_.EndAt(PutBytesField(tile_.End(kMaxFieldHead + key.size()), 3, key));
  };
  for (const StringColumn& column : layer.strings) put_key(column.key);
  for (const IntColumn& column : layer.ints) put_key(column.key);
  char* out =
      PutBytes(tile_.End(values_.size + 2 * kMaxFieldHead), {values_.memory.data(), values_.size});
  *out++ = Tag(5, kVarint);
  tile_.EndAt(PutVarint(out, layer.extent));
  // The layer's own tag and length belong before it; there is room for them behind.
  char head[kMaxFieldHead];
  head[0] = Tag(3, kBytes);
  const size_t size = tile_.size - begin;
  const size_t head_size = static_cast<size_t>(PutVarint(head + 1, size) - head);
  char* const start = tile_.memory.data() + begin;
  std::memmove(start + head_size, start, size);
  std::memcpy(start, head, head_size);
  tile_.size += head_size;
}

void TileWriter::AddPolygons(const Layer& layer, const Polygons& polygons) {
  if (polygons.rows.empty()) return;
  const size_t begin = BeginLayer(layer);
  uint32_t at = 0;
  for (size_t i = 0; i < polygons.rows.size(); ++i) {
    const uint32_t end = polygons.ends[i];
    AddFeature(layer, polygons.rows[i], 3, polygons.geometry.substr(at, end - at));
    at = end;
  }
  EndLayer(layer, begin);
}

void TileWriter::AddPoints(const Layer& layer, absl::Span<const LabelPoint> points) {
  if (points.empty()) return;
  const size_t begin = BeginLayer(layer);
  for (const LabelPoint& point : points) {
    char geometry[1 + 2 * 5];
    geometry[0] = static_cast<char>(CommandInteger(Command::kMoveTo, 1));
    char* const end = PutVarint(PutVarint(geometry + 1, ZigZag(point.x)), ZigZag(point.y));
    AddFeature(layer, point.row, 1, {geometry, static_cast<size_t>(end - geometry)});
  }
  EndLayer(layer, begin);
}

void TileWriter::AddFeature(const Layer& layer, uint32_t row, int type,
                            absl::string_view geometry) {
  char tags[kMaxTags];
  const size_t tags_size = static_cast<size_t>(WriteTags(layer, row, tags) - tags);
  const size_t size = 1 + VarintSize(row) +
                      (tags_size == 0 ? 0 : 1 + VarintSize(tags_size) + tags_size) + 2 + 1 +
                      VarintSize(geometry.size()) + geometry.size();
  char* out = tile_.End(1 + VarintSize(size) + size);
  *out++ = Tag(2, kBytes);
  out = PutVarint(out, size);
  *out++ = Tag(1, kVarint);
  out = PutVarint(out, row);
  if (tags_size != 0) {
    *out++ = Tag(2, kBytes);
    out = PutVarint(out, tags_size);
    out = PutBytes(out, {tags, tags_size});
  }
  *out++ = Tag(3, kVarint);
  *out++ = static_cast<char>(type);
  *out++ = Tag(4, kBytes);
  out = PutVarint(out, geometry.size());
  tile_.EndAt(PutBytes(out, geometry));
}

}  // namespace fupin::mvt
