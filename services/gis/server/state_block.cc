#include "services/gis/server/state_block.h"

#include <xxhash.h>

namespace fupin::gis {
namespace {

constexpr char kFormat = 1;

void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

}  // namespace

std::string WriteStateBlock(absl::Span<const uint32_t> places, const Columns& columns,
                            bool with_ids) {
  std::string out;
  out.reserve(16 + places.size() * (kAttributes + 2));
  out.push_back(kFormat);
  AppendVarint(places.size(), &out);
  const uint64_t hash = XXH3_64bits(places.data(), places.size() * sizeof(uint32_t));
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(hash >> shift));
  uint32_t before = 0;
  for (size_t i = 0; with_ids && i < places.size(); ++i) {
    AppendVarint(places[i] - before, &out);
    before = places[i];
  }
  for (size_t a = 0; a < kAttributes; ++a) {
    for (const uint32_t place : places) {
      const int32_t value = columns.At(static_cast<Attribute>(a), place);
      AppendVarint(value == mvt::IntColumn::kAbsent ? 0 : static_cast<uint64_t>(value) + 1, &out);
    }
  }
  return out;
}

}  // namespace fupin::gis
