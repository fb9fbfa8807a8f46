#include "libs/mvt/gdal_tile.h"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/mvt/polygon_commands.h"
#include "libs/mvt/tile_writer.h"

namespace fupin::mvt {
namespace {

using nlohmann::json;

struct Corner {
  int32_t x, y;
};

TEST_CASE("C1 GDAL reads the same features, ids, attributes and areas", "[mvt]") {
  const testing::TempDir dir;
  std::mt19937 random(20201120);
  StringTable strings;
  std::vector<uint32_t> names, rows, ends;
  std::vector<int32_t> poor, people;
  std::vector<double> areas;
  std::string geometry;
  std::vector<LabelPoint> labels;
  for (uint32_t row = 0; row < 200; ++row) {
    names.push_back(row % 7 == 3 ? StringTable::kAbsent : strings.Add(absl::StrCat("村", row)));
    poor.push_back(row % 5 == 2 ? IntColumn::kAbsent : static_cast<int32_t>(random() % 50) - 10);
    people.push_back(static_cast<int32_t>(random() >> 1));
    if (row % 3 == 1) continue;
    const int32_t x = static_cast<int32_t>(row % 16) * 256 - 64,
                  y = static_cast<int32_t>(row / 16) * 256 - 64;
    const std::vector<Corner> outer{
        {x, y}, {x + 250, y + 10}, {x + 240, y + 250}, {x + 3, y + 199}};
    const std::vector<Corner> hole{{x + 50, y + 50}, {x + 60, y + 90}, {x + 90, y + 60}};
    const std::vector<Corner> island{{x + 251, y}, {x + 255, y}, {x + 255, y + 7}};
    PolygonCommands pen(geometry);
    double area = 0;
    const auto add = [&](const std::vector<Corner>& ring) {
      double sum = 0;
      for (size_t i = 0; i < ring.size(); ++i) {
        const Corner a = ring[i], b = ring[(i + 1) % ring.size()];
        sum += static_cast<double>(a.x) * b.y - static_cast<double>(b.x) * a.y;
      }
      area += sum / 2;
      pen.AddRing(absl::MakeConstSpan(ring));
    };
    add(outer);
    if (row % 2 == 0) add(hole);
    if (row % 4 == 0) add(island);
    areas.push_back(area);
    rows.push_back(row);
    ends.push_back(static_cast<uint32_t>(geometry.size()));
    labels.push_back({row, std::max(0, x + 120), std::max(0, y + 120)});
  }
  const std::vector<StringColumn> string_columns{{"name", names}};
  const std::vector<IntColumn> int_columns{{"poor", poor}, {"people", people}};
  TileWriter writer(strings);
  writer.AddPolygons({"areas", 4096, string_columns, int_columns}, {rows, ends, geometry});
  writer.AddPoints({"labels", 4096, string_columns, {}}, labels);

  const json seen = ReadWithGdal(dir, writer.bytes(), "areas");
  REQUIRE(seen["features"].size() == rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const json& feature = seen["features"][i];
    const json& properties = feature["properties"];
    const uint32_t row = rows[i];
    CAPTURE(row, feature.dump());
    CHECK(properties["mvt_id"] == row);
    const auto check = [&](const char* key, bool absent, const json& value) {
      CHECK((properties.contains(key) && !properties[key].is_null()) == !absent);
      if (!absent && properties.contains(key)) CHECK(properties[key] == value);
    };
    check("name", row % 7 == 3, absl::StrCat("村", row));
    check("poor", row % 5 == 2, poor[row]);
    check("people", false, people[row]);
    CHECK(AreaOf(feature["geometry"]) == Approx(areas[i]));
  }
  const json points = ReadWithGdal(dir, writer.bytes(), "labels");
  REQUIRE(points["features"].size() == labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    const json& place = points["features"][i]["geometry"]["coordinates"];
    CHECK(place[0] == labels[i].x);
    CHECK(place[1] == 4096 - labels[i].y);  // GDAL's y grows upwards
  }
}

}  // namespace
}  // namespace fupin::mvt
