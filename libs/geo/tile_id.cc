#include "libs/geo/tile_id.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/status/reasons.h"

namespace fupin::geo {
namespace {

constexpr Reason kReasons[] = {
    {"TILE_OUT_OF_RANGE", absl::StatusCode::kInvalidArgument,
     "没有瓦片 {}:层级为 0 至 16,行列号小于 2 的层级次方",
     "there is no tile {}: zoom is 0 to 16, x and y are below 2 to the power of zoom"},
};
constexpr ReasonTable kTable(kReasons);

}  // namespace

absl::StatusOr<TileId> TileId::Create(int64_t zoom, int64_t x, int64_t y) {
  if (zoom < 0 || zoom > kMaxZoom || x < 0 || y < 0 || x >> zoom != 0 || y >> zoom != 0) {
    return kTable.Refuse("TILE_OUT_OF_RANGE", "tile", absl::StrCat(zoom, "/", x, "/", y));
  }
  return TileId(static_cast<int>(zoom), static_cast<uint32_t>(x), static_cast<uint32_t>(y));
}

TileId TileId::Containing(int zoom, Point world) {
  const int32_t last = (1 << zoom) - 1;
  const auto place = [&](int32_t v) {
    return static_cast<uint32_t>(std::clamp(v >> (kWorldBits - zoom), 0, last));
  };
  return TileId(zoom, place(world.x), place(world.y));
}

Box TileId::Bounds(int32_t buffer) const {
  const int bits = UnitBits();
  const auto world = [&](uint32_t tile, int32_t units) {
    const int64_t value = ((int64_t{tile} << kExtentBits) + units) << bits;
    return static_cast<int32_t>(std::clamp<int64_t>(value, INT32_MIN, INT32_MAX));
  };
  return {{world(x_, -buffer), world(y_, -buffer)},
          {world(x_, kExtent + buffer), world(y_, kExtent + buffer)}};
}

std::string TileId::ToString() const { return absl::StrCat(zoom_, "/", x_, "/", y_); }

}  // namespace fupin::geo
