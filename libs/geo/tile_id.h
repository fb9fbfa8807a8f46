// The address of a map tile, z/x/y with y from the north ("XYZ", as TileJSON and browsers use it).
#ifndef FUPIN_LIBS_GEO_TILE_ID_H_
#define FUPIN_LIBS_GEO_TILE_ID_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "libs/geo/mercator.h"
#include "libs/geo/point.h"

namespace fupin::geo {

class TileId {
 public:
  static constexpr int kMaxZoom = 16;
  // Units across a tile, and how many of them are drawn beyond its border.
  static constexpr int kExtentBits = 12;
  static constexpr int32_t kExtent = 1 << kExtentBits;
  static constexpr int32_t kBuffer = 64;

  // 0/0/0.
  constexpr TileId() = default;
  // INVALID_ARGUMENT / TILE_OUT_OF_RANGE: zoom not 0..kMaxZoom, x or y not 0..2^zoom - 1.
  static absl::StatusOr<TileId> Create(int64_t zoom, int64_t x, int64_t y);
  // The tile that contains a place. `zoom` is 0..kMaxZoom.
  static TileId Containing(int zoom, Point world);

  constexpr int zoom() const { return zoom_; }
  constexpr uint32_t x() const { return x_; }
  constexpr uint32_t y() const { return y_; }
  // World units of one tile unit are 2^UnitBits().
  constexpr int UnitBits() const { return kWorldBits - zoom_ - kExtentBits; }

  // The tile of the zoom above that contains this one; zoom() > 0.
  constexpr TileId Parent() const { return TileId(zoom_ - 1, x_ / 2, y_ / 2); }

  // World units; `buffer` in tile units is added on every side.
  Box Bounds(int32_t buffer = 0) const;
  // Where a place is in this tile, rounded; beyond 0..kExtent when it lies outside. Two tiles of
  // one zoom round a shared place to the same spot.
  constexpr Point Local(Point world) const {
    const int bits = UnitBits();
    const int64_t half = int64_t{1} << (bits - 1);
    return {static_cast<int32_t>(((world.x + half) >> bits) - (int64_t{x_} << kExtentBits)),
            static_cast<int32_t>(((world.y + half) >> bits) - (int64_t{y_} << kExtentBits))};
  }

  // One number per tile, dense within a zoom and unique over all zooms: zooms one after another,
  // rows from the north. Fits 34 bits.
  constexpr uint64_t Key() const {
    return ((uint64_t{1} << (2 * zoom_)) - 1) / 3 + (uint64_t{y_} << zoom_) + x_;
  }
  // "7/101/55".
  std::string ToString() const;

  friend constexpr bool operator==(const TileId&, const TileId&) = default;
  // By zoom, then y, then x: the order of Key().
  friend constexpr std::strong_ordering operator<=>(const TileId& a, const TileId& b) {
    return a.Key() <=> b.Key();
  }
  template <typename H>
  friend H AbslHashValue(H hash, const TileId& tile) {
    return H::combine(std::move(hash), tile.Key());
  }

 private:
  constexpr TileId(int zoom, uint32_t x, uint32_t y)
      : zoom_(static_cast<uint8_t>(zoom)), x_(x), y_(y) {}

  uint8_t zoom_ = 0;
  uint32_t x_ = 0;
  uint32_t y_ = 0;
};

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_TILE_ID_H_
