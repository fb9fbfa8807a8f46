// Files that GDAL's own program makes, read back as an operator would have them.
#include "libs/outline/ogr_file.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "libs/outline/geography_import.h"
#include "libs/outline/limited_run.h"
#include "libs/outline/test_world.h"
#include "libs/status/status.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"

namespace fupin::outline {
namespace {

constexpr char kVillage[] = R"({"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"1","name":"贵阳市","secret":7},"geometry":{"type":"Polygon",
"coordinates":[[[106.0,26.0],[106.02,26.0],[106.02,26.01],[106.0,26.01],[106.0,26.0]]]}}]})";

struct Files {
  Files() { std::ofstream(dir / "a.geojson") << kVillage; }
  // The village in another format.
  std::string Make(const std::string& name, const std::vector<std::string>& options) {
    const std::string path = dir / name;
    std::vector<std::string> words{"/usr/bin/ogr2ogr"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {path, dir / "a.geojson"});
    testing::ChildProcess ogr(words, dir / "ogr.log");
    REQUIRE(ogr.Wait(absl::Seconds(60)) == 0);
    return path;
  }
  testing::TempDir dir;
};

std::string ReasonFor(const std::string& path, const OgrOptions& options) {
  const auto text = ReadOgrFile(path, options);
  return text.ok() ? "" : ReasonOf(text.status());
}

std::shared_ptr<const Outlines> ImportOf(const OgrText& text, Datum datum) {
  ImportOptions options;
  options.origin = {"源", "source", "许可", "licence", datum};
  const auto tree = ParseTree("1\t\tprovince\t贵阳市\n");
  const auto imported =
      ImportGeography({{.name = "a", .text = text.geojson, .crs = text.crs}}, options, tree);
  INFO(imported.status());
  REQUIRE(imported.ok());
  // The names agree, so the attributes were read in their encoding.
  for (const Problem& note : imported->notes) CHECK(note.reason != "OUTLINE_NAME_DIFFERS");
  CHECK(imported->pack.layers(0).crs() == text.crs);
  CHECK(imported->pack.layers(0).datum() == datum);
  return *Outlines::Make(imported->pack, tree);
}

TEST_CASE("I15 shapefiles and GeoPackages in degrees or metres of any zone come in as degrees",
          "[outline]") {
  Files files;
  struct Case {
    const char* file;
    const char* epsg;
    Datum datum;
    const char* crs;
  };
  const Case test = GENERATE(values<Case>({
      {"a.shp", "EPSG:4490", DATUM_CGCS2000, "China Geodetic Coordinate System 2000"},
      {"a.shp", "EPSG:4544", DATUM_CGCS2000, "CGCS2000 / 3-degree Gauss-Kruger CM 105E"},
      {"a.shp", "EPSG:4523", DATUM_CGCS2000, "CGCS2000 / 3-degree Gauss-Kruger zone 35"},
      {"a.shp", "EPSG:4496", DATUM_CGCS2000, "CGCS2000 / Gauss-Kruger zone 18"},
      {"a.shp", "EPSG:4326", DATUM_WGS84, "WGS 84"},
      {"a.shp", "EPSG:3857", DATUM_WGS84, "WGS 84 / Pseudo-Mercator"},
      {"a.gpkg", "EPSG:4544", DATUM_CGCS2000, "CGCS2000 / 3-degree Gauss-Kruger CM 105E"},
      {"a.gpkg", "EPSG:4326", DATUM_WGS84, "WGS 84"},
  }));
  CAPTURE(test.file, test.epsg);
  const std::string path = files.Make(
      test.file, {"-t_srs", test.epsg, "-lco",
                  absl::EndsWith(test.file, ".shp") ? "ENCODING=GBK" : "GEOMETRY_NAME=geom"});
  REQUIRE(IsOgrFile(path));
  const auto text = ReadOgrFile(path, {.datum = test.datum});
  INFO(text.status());
  REQUIRE(text.ok());
  CHECK(text->crs == test.crs);
  CHECK(text->notes.empty());
  // Attributes nobody asked for stay where they are.
  CHECK_FALSE(absl::StrContains(text->geojson, "secret"));
  const auto outlines = ImportOf(*text, test.datum);
  CHECK(outlines->Bounds(0)->max.lon == Approx(106.02).margin(2e-6));
  CHECK(outlines->Bounds(0)->min.lat == Approx(26.0).margin(2e-6));
  // The other datum is not taken for this one.
  const Datum other = test.datum == DATUM_WGS84 ? DATUM_CGCS2000 : DATUM_WGS84;
  CHECK(ReasonFor(path, {.datum = other}) == "GEOJSON_CRS");
}

TEST_CASE("I15 GCJ-02 in a shapefile has no name there and is what the operator says",
          "[outline]") {
  Files files;
  for (const char* epsg : {"EPSG:4326", "EPSG:4490", "EPSG:4544"}) {
    CAPTURE(epsg);
    const std::string path = files.Make("web.gpkg", {"-overwrite", "-t_srs", epsg});
    const auto text = ReadOgrFile(path, {.datum = DATUM_GCJ02});
    INFO(text.status());
    REQUIRE(text.ok());
    const auto outlines = ImportOf(*text, DATUM_GCJ02);
    // Moved back to WGS 84: about 400 m to the west here.
    CHECK(outlines->Bounds(0)->max.lon < 106.018);
    CHECK(outlines->Bounds(0)->max.lon > 106.014);
  }
}

TEST_CASE("I15 attributes in GBK or UTF-8 are read with and without a .cpg", "[outline]") {
  Files files;
  const std::string encoding = GENERATE("GBK", "UTF-8");
  CAPTURE(encoding);
  const std::string path =
      files.Make("a.shp", {"-t_srs", "EPSG:4490", "-lco", "ENCODING=" + encoding});
  // As older programs leave it: no .cpg, and the .dbf does not say either.
  REQUIRE(std::filesystem::remove(files.dir / "a.cpg"));
  std::fstream dbf(files.dir / "a.dbf", std::ios::binary | std::ios::in | std::ios::out);
  dbf.seekp(29);
  dbf.put('\0');
  dbf.close();
  const auto text = ReadOgrFile(path, {.datum = DATUM_CGCS2000});
  INFO(text.status());
  REQUIRE(text.ok());
  REQUIRE(text->notes.size() == 1);
  CHECK(text->notes[0].reason == "OGR_ENCODING_GUESSED");
  CHECK(absl::StrContains(text->notes[0].message_en, encoding));
  ImportOf(*text, DATUM_CGCS2000);
  const auto told = ReadOgrFile(path, {.datum = DATUM_CGCS2000, .encoding = encoding});
  REQUIRE(told.ok());
  CHECK(told->notes.empty());
  ImportOf(*told, DATUM_CGCS2000);
}

TEST_CASE("I15 a file that does not say its system, or one that cannot be moved, is refused",
          "[outline]") {
  Files files;
  const OgrOptions as{.datum = DATUM_CGCS2000};
  const std::string silent = files.Make("silent.shp", {"-t_srs", "EPSG:4544"});
  REQUIRE(std::filesystem::remove(files.dir / "silent.prj"));
  CHECK(ReasonFor(silent, as) == "OGR_CRS_MISSING");
  CHECK(ReasonFor(silent, {.datum = DATUM_CGCS2000, .crs = "EPSG:4544"}) == "");
  CHECK(ReasonFor(silent, {.datum = DATUM_WGS84, .crs = "EPSG:4544"}) == "GEOJSON_CRS");
  CHECK(ReasonFor(silent, {.datum = DATUM_CGCS2000, .crs = "EPSG:99999"}) == "OGR_FAILED");
  // Anything but a code could be a file or an address.
  CHECK(ReasonFor(silent, {.datum = DATUM_CGCS2000, .crs = "/etc/passwd"}) ==
        "OGR_CRS_UNSUPPORTED");
  // GDAL would move these by guess.
  for (const char* old : {"EPSG:4610", "EPSG:4214", "EPSG:2363"}) {
    CAPTURE(old);
    CHECK(ReasonFor(files.Make("old.gpkg", {"-overwrite", "-a_srs", old}), as) ==
          "OGR_CRS_UNSUPPORTED");
    CHECK(ReasonFor(silent, {.datum = DATUM_CGCS2000, .crs = old}) == "OGR_CRS_UNSUPPORTED");
  }
  // What the operator says goes before what the file says, and is told.
  const std::string wrong = files.Make("wrong.gpkg", {"-a_srs", "EPSG:4490"});
  const auto text = ReadOgrFile(wrong, {.datum = DATUM_WGS84, .crs = "EPSG:4326"});
  INFO(text.status());
  REQUIRE(text.ok());
  REQUIRE(text->notes.size() == 1);
  CHECK(text->notes[0].reason == "OGR_CRS_OVERRIDDEN");
}

TEST_CASE("I23 layer and attributes are named when they are missing", "[outline]") {
  Files files;
  const std::string two = files.Make("two.gpkg", {"-nln", "one"});
  files.Make("two.gpkg", {"-update", "-nln", "two"});
  CHECK(ReasonFor(two, {.datum = DATUM_WGS84}) == "OGR_LAYER");
  CHECK(ReasonFor(two, {.datum = DATUM_WGS84, .layer = "two"}) == "");
  CHECK(ReasonFor(two, {.datum = DATUM_WGS84, .layer = "three"}) == "OGR_LAYER");
  const auto text =
      ReadOgrFile(two, {.datum = DATUM_WGS84, .layer = "one", .code_property = "XZQDM"});
  REQUIRE_FALSE(text.ok());
  CHECK(ReasonOf(text.status()) == "OGR_FIELD");
  CHECK(absl::StrContains(ProblemsOf(text.status())[0].message_en, "code, name, secret"));
  CHECK(ReasonFor(two, {.datum = DATUM_WGS84, .layer = "one", .name_property = "none"}) == "");
}

TEST_CASE("I23 only what is the format its name says is given to GDAL", "[outline]") {
  Files files;
  const OgrOptions as{.datum = DATUM_WGS84};
  const auto file = [&](const std::string& name, const std::string& content) {
    std::ofstream(files.dir / name, std::ios::binary) << content;
    return files.dir / name;
  };
  CHECK(ReasonFor(file("junk.shp", "no shapefile"), as) == "OGR_FAILED");
  // A description that would lead to another file.
  CHECK(ReasonFor(file("other.shp", "<OGRVRTDataSource/>"), as) == "OGR_FAILED");
  CHECK(ReasonFor(file("other.gpkg", kVillage), as) == "OGR_FAILED");
  CHECK(ReasonFor(file("cut.shp", std::string("\0\0\x27\x0A", 4)), as) == "OGR_FAILED");
  CHECK(ReasonFor(file("cut.gpkg", std::string("SQLite format 3\0", 16)), as) == "OGR_FAILED");
  CHECK(ReasonFor(files.dir / "nothing.gpkg", as) == "OUTLINE_FILE");
  CHECK(ReasonFor("/vsicurl/http://localhost/a.shp", as) == "OUTLINE_FILE");
  std::filesystem::create_directory(files.dir / "empty.gdb");
  CHECK(ReasonFor(files.dir / "empty.gdb", as) == "OGR_FAILED");
  const std::string large = file("large.shp", std::string("\0\0\x27\x0A", 4));
  std::filesystem::resize_file(large, uintmax_t{1} << 30);
  CHECK(ReasonFor(large, as) == "OUTLINE_TOO_LARGE");
}

TEST_CASE("I23 a program that reads for us is stopped at its limits", "[outline]") {
  const testing::TempDir dir;
  const auto run = [&](const std::vector<std::string>& words, const RunLimits& limits) {
    const auto said = RunLimited(dir.path(), words, limits);
    return said.ok() ? *said : ReasonOf(said.status());
  };
  CHECK(run({"echo", "$HOME; ls"}, {}) == "$HOME; ls\n");
  CHECK(run({"no-such-program"}, {}) == "OGR_MISSING");
  CHECK(run({"false"}, {}) == "OGR_FAILED");
  CHECK(run({"head", "-c", "2000000", "/dev/zero"}, {.file_bytes = 1'000'000}) == "OGR_LIMIT");
  CHECK(run({"sh", "-c", "while :; do :; done"}, {.cpu_seconds = 1}) == "OGR_LIMIT");
}

}  // namespace
}  // namespace fupin::outline
