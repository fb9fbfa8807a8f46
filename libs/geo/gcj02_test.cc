#include "libs/geo/gcj02.h"

#include <vector>

#include <catch2/catch.hpp>

namespace fupin::geo {
namespace {

TEST_CASE("GIS-1 GCJ-02 moves Guiyang as published figures say", "[geo]") {
  const LonLat guiyang{106.7167,
                       26.5833};  // 106 degrees 43 minutes east, 26 degrees 35 minutes north
  const Offset offset = OffsetBetween(guiyang, Wgs84ToGcj02(guiyang));
  CHECK(offset.north_m == Approx(-392).margin(1.5));
  CHECK(offset.east_m == Approx(376).margin(1.5));
}

TEST_CASE("GIS-1 GCJ-02 agrees with the test pairs of eviltransform", "[geo]") {
  // From the tests of googollee/eviltransform.
  struct Pair {
    LonLat wgs84, gcj02;
  };
  const Pair pair =
      GENERATE(values<Pair>({{{121.5272106, 31.1774276}, {121.531541859215, 31.17530398364597}},
                             {{113.912316, 22.543847}, {113.9171764808363, 22.540796131694766}},
                             {{116.377817, 39.911954}, {116.38404722455657, 39.91334545536069}}}));
  const LonLat there = Wgs84ToGcj02(pair.wgs84);
  CHECK(there.lon == Approx(pair.gcj02.lon).margin(1e-10));
  CHECK(there.lat == Approx(pair.gcj02.lat).margin(1e-10));
}

TEST_CASE("GIS-1 GCJ-02 is undone to a millimetre all over China", "[geo]") {
  for (double lon = 74; lon < 135; lon += 1.3) {
    for (double lat = 4; lat < 53; lat += 1.1) {
      const LonLat back = Gcj02ToWgs84(Wgs84ToGcj02({lon, lat}));
      REQUIRE(back.lon == Approx(lon).margin(1e-8));
      REQUIRE(back.lat == Approx(lat).margin(1e-8));
    }
  }
}

TEST_CASE("GIS-1 GCJ-02 leaves the rest of the world alone", "[geo]") {
  const LonLat vienna{16.37, 48.21};
  CHECK(Wgs84ToGcj02(vienna).lon == vienna.lon);
  CHECK(Gcj02ToWgs84(vienna).lat == vienna.lat);
}

TEST_CASE("GIS-1 the datum of places is guessed from where they are known to be", "[geo]") {
  std::vector<LonLat> known, shifted, noisy, other;
  for (int i = 0; i < 20; ++i) {
    const LonLat place{105 + 0.17 * i, 25.5 + 0.09 * i};
    known.push_back(place);
    shifted.push_back(Wgs84ToGcj02(place));
    noisy.push_back({place.lon + (i % 3 - 1) * 0.002, place.lat - (i % 5 - 2) * 0.001});
    other.push_back({place.lon - 0.01, place.lat});
  }
  CHECK(GuessDatum(known, known) == DatumGuess::kWgs84);
  CHECK(GuessDatum(noisy, known) == DatumGuess::kWgs84);
  CHECK(GuessDatum(shifted, known) == DatumGuess::kGcj02);
  CHECK(GuessDatum(other, known) == DatumGuess::kNeither);
  CHECK(GuessDatum({}, known) == DatumGuess::kNeither);
}

}  // namespace
}  // namespace fupin::geo
