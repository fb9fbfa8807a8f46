#include "libs/outline/outlines.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "libs/geo/gcj02.h"
#include "libs/outline/pack_builder.h"
#include "libs/outline/test_world.h"
#include "libs/outline/tile_builder.h"

namespace fupin::outline {
namespace {

const Origin kOrigin{"测试", "test", "无", "none", DATUM_WGS84};

// 10 by 10 thousandths of a degree.
geo::Ring Square(int32_t column, int32_t row) {
  const int32_t x = 106'000'000 + column * 10'000, y = 26'000'000 + row * 10'000;
  return {{x, y}, {x + 10'000, y}, {x + 10'000, y + 10'000}, {x, y + 10'000}};
}

std::string Codes(const std::vector<division::Division>& path) {
  std::string codes;
  for (const division::Division division : path) absl::StrAppend(&codes, division.code(), " ");
  return codes;
}

std::string Codes(const Outlines& outlines, const std::vector<uint32_t>& orders) {
  std::vector<division::Division> divisions;
  for (const uint32_t order : orders) divisions.push_back(outlines.tree().At(order));
  return Codes(divisions);
}

TEST_CASE("GIS-1 a parent is the union of its parts and a shared border is stored once",
          "[outline]") {
  const auto tree = ParseTree(
      "1\t\tprovince\ta\n2\t1\tprefecture\tb\n3\t1\tprefecture\tc\n4\t1\tprefecture\td\n");
  PackBuilder builder;
  builder.Add("2", {Square(0, 0)});
  geo::Ring other = Square(1, 0);
  std::reverse(other.begin(), other.end());  // any winding may be given
  builder.Add("3", {other});
  const OutlinePack pack = builder.Finish(kOrigin);
  CHECK(pack.arc_sizes_size() == 3);
  const auto outlines = *Outlines::Make(pack, tree);
  CHECK(outlines->BorderOf(0).size() == 2);
  CHECK(DoubleAreaOf(*outlines, 0) == DoubleAreaOf(*outlines, 1) + DoubleAreaOf(*outlines, 2));
  CHECK(Codes(*outlines, outlines->Missing()) == "4 ");
  CHECK_FALSE(outlines->Bounds(3).has_value());
  const LonLatBox box = *outlines->Bounds(0);
  CHECK(box.min.lon == Approx(106).margin(1e-6));
  CHECK(box.max.lon == Approx(106.02).margin(1e-6));
  CHECK(box.min.lat == Approx(26).margin(1e-6));
  CHECK(box.max.lat == Approx(26.01).margin(1e-6));
  CHECK(Codes(outlines->Locate({106.005, 26.005})) == "1 2 ");
  CHECK(Codes(outlines->Locate({106.015, 26.005})) == "1 3 ");
  CHECK(outlines->Locate({106.03, 26.005}).empty());
  CHECK(outlines->Locate({106.01, 26.005}).size() == 2);  // on the border: one of them
  CHECK(outlines->Locate({-999, 999}).empty());
}

TEST_CASE("GIS-1 what is drawn for a level covers every outline once", "[outline]") {
  // 2: two counties, one with two villages (one of them with hamlets); 3: a township directly
  // below; 4: only its own outline, its county has none.
  const auto tree = ParseTree(
      "1\t\tprovince\ta\n2\t1\tprefecture\tb\n21\t2\tcounty\tc\n22\t2\tcounty\td\n221\t22\tvillage"
      "\te\n"
      "222\t22\tvillage\tf\n2221\t222\thamlet\tg\n2222\t222\thamlet\th\n3\t1\tprefecture\ti\n"
      "31\t3\ttownship\tj\n4\t1\tprefecture\tk\n41\t4\tcounty\tl\n");
  PackBuilder builder;
  builder.Add("21", {Square(0, 0)});
  builder.Add("221", {Square(1, 0)});
  builder.Add("2221", {Square(2, 0)});
  builder.Add("2222", {Square(3, 0)});
  builder.Add("31", {Square(4, 0)});
  builder.Add("4", {Square(5, 0)});
  const auto outlines = *Outlines::Make(builder.Finish(kOrigin), tree);
  CHECK(Codes(*outlines, outlines->MembersOf(0)) == "1 ");
  CHECK(Codes(*outlines, outlines->MembersOf(1)) == "2 3 4 ");
  CHECK(Codes(*outlines, outlines->MembersOf(2)) == "21 22 31 4 ");
  CHECK(Codes(*outlines, outlines->MembersOf(3)) == "21 221 222 31 4 ");
  CHECK(Codes(*outlines, outlines->MembersOf(4)) == "21 221 222 31 4 ");
  CHECK(Codes(*outlines, outlines->MembersOf(5)) == "21 221 2221 2222 31 4 ");
  for (int level = 0; level < 6; ++level) {
    int64_t area = 0;
    for (const uint32_t member : outlines->MembersOf(level))
      area += DoubleAreaOf(*outlines, member);
    CHECK(area == DoubleAreaOf(*outlines, 0));
  }
}

TEST_CASE("GIS-1 a parent's own outline is used rather than that of its parts", "[outline]") {
  const auto tree = ParseTree("1\t\tprovince\ta\n2\t1\tprefecture\tb\n3\t1\tprefecture\tc\n");
  PackBuilder builder;
  builder.Add("1", {{{106'000'000, 26'000'000},
                     {106'030'000, 26'000'000},
                     {106'030'000, 26'010'000},
                     {106'000'000, 26'010'000}}});
  builder.Add("2", {Square(0, 0)});
  builder.Add("3", {Square(1, 0)});
  const auto outlines = *Outlines::Make(builder.Finish(kOrigin), tree);
  CHECK(outlines->Bounds(0)->max.lon == Approx(106.03).margin(1e-6));
  CHECK(Codes(outlines->Locate({106.025, 26.005})) == "1 ");
  CHECK(Codes(outlines->Locate({106.005, 26.005})) == "1 2 ");
}

TEST_CASE("GIS-1 an enclave is a hole in the one around it", "[outline]") {
  const auto tree = ParseTree("1\t\tprovince\ta\n2\t1\tprefecture\tb\n3\t1\tprefecture\tc\n");
  const geo::Ring inside{{106'010'000, 26'010'000},
                         {106'020'000, 26'010'000},
                         {106'020'000, 26'020'000},
                         {106'010'000, 26'020'000}};
  const geo::Ring around{{106'000'000, 26'000'000},
                         {106'030'000, 26'000'000},
                         {106'030'000, 26'030'000},
                         {106'000'000, 26'030'000}};
  PackBuilder builder;
  builder.Add("2", {around, inside});
  builder.Add("3", {inside});
  const OutlinePack pack = builder.Finish(kOrigin);
  CHECK(pack.arc_sizes_size() == 2);
  const auto outlines = *Outlines::Make(pack, tree);
  CHECK(outlines->BorderOf(0).size() == 1);
  CHECK(Codes(outlines->Locate({106.015, 26.015})) == "1 3 ");
  CHECK(Codes(outlines->Locate({106.005, 26.015})) == "1 2 ");
}

TEST_CASE("GIS-1 areas that touch in a point get rings of their own", "[outline]") {
  const auto tree = ParseTree("1\t\tprovince\ta\n2\t1\tprefecture\tb\n3\t1\tprefecture\tc\n");
  PackBuilder builder;  // a chess board of four fields
  builder.Add("2", {Square(0, 0), Square(1, 1)});
  builder.Add("3", {Square(1, 0), Square(0, 1)});
  const TileBuilder tiles(*Outlines::Make(builder.Finish(kOrigin), tree));
  const geo::TileId tile = geo::TileId::Containing(10, geo::ToWorld({106.01, 26.01}));
  CHECK(tiles.Build(tile, 1).members.size() == 2);
  CHECK(tiles.Build(tile, 0).members.size() == 1);
  CHECK(tiles.outlines().BorderOf(0).size() > 0);
}

TEST_CASE("GIS-1 GCJ-02 outlines are moved back to where they are", "[outline]") {
  const auto tree = ParseTree("1\t\tprovince\ta\n");
  PackBuilder builder;
  geo::Ring shifted;
  for (const geo::Point point : Square(0, 0)) {
    shifted.push_back(geo::ToMicrodegrees(geo::Wgs84ToGcj02(geo::FromMicrodegrees(point))));
  }
  builder.Add("1", {shifted});
  Origin origin = kOrigin;
  origin.datum = DATUM_GCJ02;
  const auto outlines = *Outlines::Make(builder.Finish(origin), tree);
  CHECK(outlines->Bounds(0)->min.lon == Approx(106).margin(2e-6));
  CHECK(outlines->Bounds(0)->max.lat == Approx(26.01).margin(2e-6));
}

TEST_CASE("GIS-1 the label of every lowest division is found in it", "[outline][property]") {
  for (uint64_t seed = 20; seed < 23; ++seed) {
    const World world = MakeWorld(seed, 3);
    const TileBuilder tiles(world.outlines);
    for (const uint32_t member : tiles.Members(5)) {
      const auto place = tiles.LabelPlace(5, member);
      REQUIRE(place.has_value());
      const auto path = world.outlines->Locate(*place);
      REQUIRE_FALSE(path.empty());
      CHECK(path.back().order() == member);
    }
    CHECK_FALSE(tiles.LabelPlace(5, 0).has_value());
    CHECK(tiles.LabelPlace(0, 0).has_value());
  }
}

}  // namespace
}  // namespace fupin::outline
