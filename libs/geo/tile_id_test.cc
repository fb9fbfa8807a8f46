#include "libs/geo/tile_id.h"

#include <set>

#include <catch2/catch.hpp>

#include "libs/geo/mercator.h"
#include "libs/status/status.h"

namespace fupin::geo {
namespace {

TEST_CASE("GIS-1 only tiles that exist are addressed", "[geo]") {
  CHECK(TileId::Create(0, 0, 0).ok());
  CHECK(TileId::Create(16, 65535, 65535).ok());
  CHECK(TileId::Create(7, 101, 55)->ToString() == "7/101/55");
  struct Bad {
    int64_t zoom, x, y;
  };
  const Bad bad = GENERATE(values<Bad>({{-1, 0, 0},
                                        {17, 0, 0},
                                        {0, 1, 0},
                                        {0, 0, 1},
                                        {7, 128, 0},
                                        {7, 0, 128},
                                        {7, -1, 0},
                                        {7, 0, -1},
                                        {16, 65536, 0},
                                        {5, int64_t{1} << 40, 0},
                                        {INT64_MAX, 0, 0},
                                        {7, INT64_MIN, 0}}));
  CAPTURE(bad.zoom, bad.x, bad.y);
  const auto tile = TileId::Create(bad.zoom, bad.x, bad.y);
  CHECK(tile.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(ReasonOf(tile.status()) == "TILE_OUT_OF_RANGE");
}

TEST_CASE("GIS-1 tile numbers are dense and in order", "[geo]") {
  uint64_t next = 0;
  for (int zoom = 0; zoom <= 4; ++zoom) {
    for (int y = 0; y < 1 << zoom; ++y) {
      for (int x = 0; x < 1 << zoom; ++x) REQUIRE(TileId::Create(zoom, x, y)->Key() == next++);
    }
  }
  CHECK(TileId::Create(16, 65535, 65535)->Key() < uint64_t{1} << 34);
}

TEST_CASE("GIS-1 places known from other tools land in their tile", "[geo]") {
  // mercantile.tile(106.63, 26.65, 10) and the bounds of that tile.
  const TileId tile = TileId::Containing(10, ToWorld({106.63, 26.65}));
  CHECK(tile.ToString() == "10/815/433");
  const LonLat north_west = ToLonLat(tile.Bounds().min);
  CHECK(north_west.lon == Approx(106.5234375).margin(1e-6));
  CHECK(north_west.lat == Approx(26.745610).margin(1e-5));
  CHECK(ToWorld({-180, kMaxLatitude}) == Point{0, 0});
  CHECK(ToWorld({180, -kMaxLatitude}) == Point{kWorldSize, kWorldSize});
  CHECK(ToWorld({0, 0}) == Point{kWorldSize / 2, kWorldSize / 2});
  CHECK(TileId::Containing(16, {kWorldSize, kWorldSize}).ToString() == "16/65535/65535");
}

TEST_CASE("GIS-1 a place goes to the map and back within its grid", "[geo]") {
  for (double lon = 73; lon < 136; lon += 3.7) {
    for (double lat = 3; lat < 54; lat += 2.3) {
      const LonLat back = ToLonLat(ToWorld({lon, lat}));
      CHECK(back.lon == Approx(lon).margin(2e-7));
      CHECK(back.lat == Approx(lat).margin(2e-7));
    }
  }
  CHECK(ToMicrodegrees({106.1234567, -26.7654321}) == Point{106123457, -26765432});
}

TEST_CASE("C1 two tiles round a shared place to the same spot", "[geo]") {
  for (int zoom = 0; zoom <= TileId::kMaxZoom; ++zoom) {
    const TileId left = TileId::Containing(zoom, ToWorld({106.63, 26.65}));
    const int64_t last = (1 << zoom) - 1;
    if (left.x() == last) continue;
    const TileId right = *TileId::Create(zoom, left.x() + 1, left.y());
    for (int32_t i = -5000; i < 5000; i += 7) {
      const Point place{left.Bounds().max.x + i, left.Bounds().min.y + 31 * (i + 5000)};
      REQUIRE(left.Local(place).x == right.Local(place).x + TileId::kExtent);
      REQUIRE(left.Local(place).y == right.Local(place).y);
    }
    CHECK(left.Local(left.Bounds().min) == Point{0, 0});
    CHECK(left.Local(left.Bounds().max) == Point{TileId::kExtent, TileId::kExtent});
  }
}

}  // namespace
}  // namespace fupin::geo
