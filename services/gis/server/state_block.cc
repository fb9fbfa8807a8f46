#include "services/gis/server/state_block.h"

#include <xxhash.h>

#include "libs/mvt/tile_writer.h"

namespace fupin::gis {
namespace {

constexpr char kFormat = 2;

void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

}  // namespace

std::string WriteStateBlock(absl::Span<const uint32_t> rows, size_t columns, bool with_ids,
                            absl::FunctionRef<int32_t(size_t, size_t)> value) {
  std::string out;
  out.reserve(16 + rows.size() * (columns + 2));
  out.push_back(kFormat);
  AppendVarint(rows.size(), &out);
  const uint64_t hash = XXH3_64bits(rows.data(), rows.size() * sizeof(uint32_t));
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(hash >> shift));
  AppendVarint(columns, &out);
  uint32_t before = 0;
  for (size_t i = 0; with_ids && i < rows.size(); ++i) {
    AppendVarint(rows[i] - before, &out);
    before = rows[i];
  }
  for (size_t column = 0; column < columns; ++column) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const int32_t each = value(column, i);
      AppendVarint(each == mvt::IntColumn::kAbsent ? 0 : static_cast<uint64_t>(each) + 1, &out);
    }
  }
  return out;
}

}  // namespace fupin::gis
