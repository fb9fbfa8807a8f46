// Files that GDAL's own program makes, read back as an operator would have them.
#include "libs/outline/ogr_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/outline/geography_import.h"
#include "libs/outline/test_world.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"

namespace fupin::outline {
namespace {

constexpr char kVillage[] = R"({"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"1","name":"贵阳市"},"geometry":{"type":"Polygon",
"coordinates":[[[106.0,26.0],[106.02,26.0],[106.02,26.01],[106.0,26.01],[106.0,26.0]]]}}]})";

struct Files {
  Files() { std::ofstream(dir / "a.geojson") << kVillage; }
  // The village in another format.
  std::string Make(const std::string& name, const std::string& options) {
    const std::string path = dir / name;
    REQUIRE(std::system(absl::StrCat("ogr2ogr ", options, " ", path, " ", dir / "a.geojson",
                                     " >/dev/null 2>&1")
                            .c_str()) == 0);
    return path;
  }
  testing::TempDir dir;
};

TEST_CASE("I15 a shapefile in metres and GBK, and a GeoPackage, come in as degrees and UTF-8") {
  Files files;
  struct Case {
    std::string path;
    const char* crs;
  };
  // 4508: CGCS2000, zone of 111 degrees east, without its number.
  const std::vector<Case> cases = {
      {files.Make("metres.shp", "-t_srs EPSG:4544 -lco ENCODING=GBK"), "CGCS2000"},
      {files.Make("degrees.gpkg", "-nln villages"), "WGS 84"}};
  for (const Case& test : cases) {
    CAPTURE(test.path);
    REQUIRE(IsOgrFile(test.path));
    const auto text = ReadOgrFile(test.path, {});
    INFO(text.status());
    REQUIRE(text.ok());
    CHECK(absl::StrContains(text->crs, test.crs));
    CHECK(absl::StrContains(text->geojson, "贵阳市"));
    ImportOptions options;
    options.origin = {"源", "source", "许可", "licence", DATUM_CGCS2000};
    const auto tree = ParseTree("1\t\tprovince\t贵阳市\n");
    const auto imported =
        ImportGeography({{.name = "a", .text = text->geojson, .crs = text->crs}}, options, tree);
    INFO(imported.status());
    REQUIRE(imported.ok());
    CHECK(imported->pack.layers(0).crs() == text->crs);
    const auto outlines = *Outlines::Make(imported->pack, tree);
    CHECK(outlines->Bounds(0)->max.lon == Approx(106.02).epsilon(1e-6));
    CHECK(outlines->Bounds(0)->min.lat == Approx(26.0).epsilon(1e-6));
  }
}

TEST_CASE("I15 a file that does not say its system, or an old one, is refused by name") {
  Files files;
  const auto reason = [](const std::string& path, const OgrOptions& options = {}) {
    const auto text = ReadOgrFile(path, options);
    return text.ok() ? std::string() : std::string(ReasonOf(text.status()));
  };
  const std::string silent = files.Make("silent.shp", "-t_srs EPSG:4544");
  REQUIRE(std::filesystem::remove(files.dir / "silent.prj"));
  CHECK(reason(silent) == "OGR_CRS_MISSING");
  CHECK(reason(silent, {.crs = "EPSG:4544"}) == "");
  // Xi'an 1980: GDAL would move it by guess.
  CHECK(reason(files.Make("old.shp", "-a_srs EPSG:4610")) == "OGR_CRS_UNSUPPORTED");
  const std::string two = files.Make("two.gpkg", "-nln one");
  files.Make("two.gpkg", "-update -nln two");
  CHECK(reason(two) == "OGR_LAYER");
  CHECK(reason(two, {.layer = "two"}) == "");
  CHECK(reason(two, {.layer = "three"}) == "OGR_LAYER");
  std::ofstream(files.dir / "junk.shp") << "no shapefile";
  CHECK(reason(files.dir / "junk.shp") == "OGR_FAILED");
  CHECK(reason(files.dir / "nothing.gpkg") == "OGR_FAILED");
}

}  // namespace
}  // namespace fupin::outline
