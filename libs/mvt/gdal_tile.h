// Tiles as a decoder sees them that we did not write, for tests: GDAL's driver for vector tiles
// (package gdal-bin).
#ifndef FUPIN_LIBS_MVT_GDAL_TILE_H_
#define FUPIN_LIBS_MVT_GDAL_TILE_H_

#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"

namespace fupin::mvt {

// One layer as GeoJSON in tile units, y growing upwards from the southern border; ids are the
// property mvt_id.
inline nlohmann::json ReadWithGdal(const testing::TempDir& dir, absl::string_view tile,
                                   const std::string& layer) {
  std::ofstream(dir / "tile.mvt", std::ios::binary) << tile;
  testing::ChildProcess ogr({"/usr/bin/ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=3",
                             "-oo", "CLIP=NO", dir / (layer + ".json"), dir / "tile.mvt", layer},
                            dir / "ogr.log");
  const int code = ogr.Wait(absl::Seconds(60));
  std::ifstream log(dir / "ogr.log");
  INFO("ogr2ogr (package gdal-bin): " << std::string(std::istreambuf_iterator<char>(log), {}));
  REQUIRE(code == 0);
  std::ifstream made(dir / (layer + ".json"));
  return nlohmann::json::parse(made);
}

// Of a Polygon or MultiPolygon; holes subtracted.
inline double AreaOf(const nlohmann::json& geometry) {
  double area = 0;
  const auto polygon = [&](const nlohmann::json& rings) {
    for (size_t r = 0; r < rings.size(); ++r) {
      double ring = 0;
      for (size_t i = 0; i + 1 < rings[r].size(); ++i) {
        ring += rings[r][i][0].get<double>() * rings[r][i + 1][1].get<double>() -
                rings[r][i + 1][0].get<double>() * rings[r][i][1].get<double>();
      }
      area += (r == 0 ? 1 : -1) * std::abs(ring) / 2;
    }
  };
  if (geometry["type"] == "Polygon") {
    polygon(geometry["coordinates"]);
  } else {
    for (const nlohmann::json& part : geometry["coordinates"]) polygon(part);
  }
  return area;
}

}  // namespace fupin::mvt

#endif  // FUPIN_LIBS_MVT_GDAL_TILE_H_
