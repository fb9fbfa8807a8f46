// Whole tiles of a small province, read by GDAL.
#include <cmath>
#include <map>

#include <catch2/catch.hpp>

#include "libs/mvt/gdal_tile.h"
#include "libs/mvt/tile_writer.h"
#include "libs/outline/test_world.h"
#include "libs/outline/tile_builder.h"

namespace fupin::outline {
namespace {

TEST_CASE("C1 GDAL sees every division of a tile with its id, name, number and area", "[outline]") {
  const World world = MakeWorld(14, 2);
  const TileBuilder builder(world.outlines);
  mvt::StringTable strings;
  std::vector<uint32_t> names;
  std::vector<int32_t> poor;
  for (const division::Division division : world.tree->all()) {
    names.push_back(strings.Add(division.code()));
    poor.push_back(static_cast<int32_t>(division.order() * 7 % 50));
  }
  const std::vector<mvt::StringColumn> string_columns{{"code", names}};
  const std::vector<mvt::IntColumn> int_columns{{"poor", poor}};
  mvt::TileWriter writer(strings);
  const testing::TempDir dir;
  int tiles = 0;
  for (const auto& [zoom, level] : std::map<int, int>{{6, 2}, {8, 3}, {10, 4}, {12, 5}}) {
    std::map<uint32_t, double> areas;
    int of_zoom = 0;
    for (const geo::TileId tile : builder.Tiles(level, zoom)) {
      const TileGeometry geometry = builder.Build(tile, level);
      if (geometry.members.empty() || ++of_zoom > 6) continue;
      ++tiles;
      writer.Clear();
      writer.AddPolygons({"areas", 4096, string_columns, int_columns},
                         {geometry.members, geometry.ends, geometry.commands});
      writer.AddPoints({"labels", 4096, {}, int_columns}, geometry.labels);
      const auto seen = mvt::ReadWithGdal(dir, writer.bytes(), "areas");
      CAPTURE(tile.ToString());
      REQUIRE(seen["features"].size() == geometry.members.size());
      for (size_t i = 0; i < geometry.members.size(); ++i) {
        const auto& feature = seen["features"][i];
        const uint32_t member = geometry.members[i];
        REQUIRE(feature["properties"]["mvt_id"] == member);
        REQUIRE(feature["properties"]["code"] == std::string(world.tree->At(member).code()));
        REQUIRE(feature["properties"]["poor"] == poor[member]);
        const double area = mvt::AreaOf(feature["geometry"]);
        REQUIRE(area > 0);
        // Whole in the tile: its area is that of its outline.
        if (tile.Bounds(geo::TileId::kBuffer).Contains(world.outlines->WorldBounds(member)) &&
            area > 5000) {
          CHECK(
              area * std::ldexp(1.0, 2 * tile.UnitBits()) ==
              Approx(static_cast<double>(DoubleAreaOf(*world.outlines, member)) / 2).epsilon(0.04));
        }
      }
      if (geometry.labels.empty()) continue;
      const auto labels = mvt::ReadWithGdal(dir, writer.bytes(), "labels");
      REQUIRE(labels["features"].size() == geometry.labels.size());
      for (size_t i = 0; i < geometry.labels.size(); ++i) {
        REQUIRE(labels["features"][i]["properties"]["mvt_id"] == geometry.labels[i].row);
        REQUIRE(labels["features"][i]["geometry"]["coordinates"][0] == geometry.labels[i].x);
      }
    }
  }
  CHECK(tiles >= 10);
}

}  // namespace
}  // namespace fupin::outline
