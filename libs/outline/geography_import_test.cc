#include "libs/outline/geography_import.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/outline/test_world.h"
#include "libs/status/status.h"

namespace fupin::outline {
namespace {

// Two villages side by side in a township that has an outline of its own.
constexpr char kGood[] = R"({"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":
 [[[106.0,26.0],[106.02,26.0],[106.02,26.01],[106.0,26.01],[106.0,26.0]]]}},
{"type":"Feature","properties":{"code":"11"},"geometry":{"type":"Polygon","coordinates":
 [[[106.0,26.0],[106.01,26.0],[106.01,26.01],[106.0,26.01],[106.0,26.0]]]}},
{"type":"Feature","properties":{"code":12},"geometry":{"type":"MultiPolygon","coordinates":
 [[[[106.01,26.0,350],[106.01,26.01,351],[106.02,26.01,352],[106.02,26.0,353],[106.01,26.0,350]]]]}}
]})";

std::shared_ptr<const division::Tree> SmallTree() {
  return ParseTree("1\t\tprovince\ta\n11\t1\tprefecture\tb\n12\t1\tprefecture\tc\n");
}

ImportOptions Options(Datum datum = DATUM_CGCS2000) {
  ImportOptions options;
  options.origin = {"省自然资源厅", "Department of Natural Resources", "内部使用", "internal use",
                    datum};
  return options;
}

absl::StatusOr<OutlinePack> Import(const std::string& text,
                                   const ImportOptions& options = Options()) {
  return ImportGeography({{"a.geojson", text}}, options, SmallTree());
}

std::string Changed(absl::string_view from, absl::string_view to) {
  const std::string text = absl::StrReplaceAll(kGood, {{from, to}});
  REQUIRE(text != kGood);
  return text;
}

TEST_CASE("I15 GeoJSON becomes a pack that states where it is from", "[outline]") {
  const auto pack = Import(kGood);
  INFO(pack.status());
  REQUIRE(pack.ok());
  CHECK(pack->datum() == DATUM_CGCS2000);
  CHECK(pack->source_zh() == "省自然资源厅");
  CHECK_FALSE(pack->synthetic());
  CHECK(pack->outlines_size() == 3);
  const auto outlines = *Outlines::Make(*pack, SmallTree());
  CHECK(outlines->Locate({106.015, 26.005}).back().code() == "12");
  CHECK(DoubleAreaOf(*outlines, 0) == DoubleAreaOf(*outlines, 1) + DoubleAreaOf(*outlines, 2));
}

TEST_CASE("I15 a pack may come from several files and another property", "[outline]") {
  ImportOptions options = Options(DATUM_GCJ02);
  options.code_property = "行政区代码";
  const std::string text = Changed("\"code\"", "\"行政区代码\"");
  CHECK(Import(text, options).ok());
  const auto twice =
      ImportGeography({{"a.geojson", text}, {"b.geojson", text}}, options, SmallTree());
  CHECK(ReasonOf(twice.status()) == "OUTLINE_DUPLICATE");
}

TEST_CASE("I23 bad geography is refused and the feature is named", "[outline]") {
  struct Case {
    const char* reason;
    const char* field;
    std::string text;
  };
  const std::string village =
      "[[[106.0,26.0],[106.01,26.0],[106.01,26.01],[106.0,26.01],[106.0,26.0]]]";
  const std::vector<Case> cases = {
      {"GEOJSON_MALFORMED", "a.geojson", "{\"type\":"},
      {"GEOJSON_MALFORMED", "a.geojson", "[]"},
      {"GEOJSON_MALFORMED", "a.geojson", "{\"type\":\"Feature\"}"},
      {"GEOJSON_MALFORMED", "a.geojson: features[1] 11", Changed(village, "[[106.0,26.0]]")},
      {"GEOJSON_MALFORMED", "a.geojson: features[1] 11", Changed(village, "[[[106.0],[1,2]]]")},
      {"GEOJSON_MALFORMED", "a.geojson: features[1] 11", Changed(village, "7")},
      {"GEOJSON_CODE_MISSING", "a.geojson: features[1]",
       Changed("\"code\":\"11\"", "\"name\":\"11\"")},
      {"GEOJSON_CODE_MISSING", "a.geojson: features[2]", Changed("\"code\":12", "\"code\":12.5")},
      {"GEOJSON_GEOMETRY", "a.geojson: features[2] 12", Changed("MultiPolygon", "Point")},
      {"OUTLINE_RING_OPEN", "a.geojson: features[1] 11",
       Changed(village, "[[[106.0,26.0],[106.01,26.0],[106.01,26.01],[106.0,26.01]]]")},
      {"OUTLINE_RING_OPEN", "a.geojson: features[1] 11", Changed(village, "[[]]")},
      {"OUTLINE_EMPTY", "a.geojson: features[1] 11", Changed(village, "[]")},
      {"OUTLINE_EMPTY", "a.geojson: features[1] 11",
       Changed(village, "[[[106.0,26.0],[106.0,26.0],[106.0,26.0],[106.0,26.0]]]")},
      {"OUTLINE_CROSSING", "a.geojson: features[1] 11",
       Changed(village,
               "[[[106.0,26.0],[106.01,26.01],[106.01,26.0],[106.0,26.011],[106.0,26.0]]]")},
      {"GEOJSON_SWAPPED", "a.geojson: features[1] 11",
       Changed(village,
               "[[[26.0,106.0],[26.01,106.0],[26.01,106.01],[26.0,106.01],[26.0,106.0]]]")},
      {"GEOJSON_PROJECTED", "a.geojson: features[1] 11",
       Changed(village, "[[[400000,2880000],[401000,2880000],[401000,2881000],[400000,2880000]]]")},
      {"GEOJSON_PROJECTED", "a.geojson: features[1] 11",
       Changed(village,
               "[[[36400000,2880000],[1e300,2880000],[401000,2881000],[36400000,2880000]]]")},
      {"GEOJSON_FAR_OUTSIDE", "a.geojson: features[1] 11",
       Changed(village, "[[[0,0],[0.01,0],[0.01,0.01],[0,0]]]")},
      {"OUTLINE_DIVISION_UNKNOWN", "520526", Changed("\"11\"", "\"520526\"")},
      {"OUTLINE_DUPLICATE", "11", Changed(":12}", ":11}")},
      {"OUTLINE_OUTSIDE_PARENT", "11",
       Changed(village,
               "[[[107.0,26.0],[107.01,26.0],[107.01,26.01],[107.0,26.01],[107.0,26.0]]]")},
      {"OUTLINE_OVERLAP", "12",
       Changed("[[[[106.01,26.0,350],[106.01,26.01,351],[106.02,26.01,352],[106.02,26.0,353],[106."
               "01,26.0,350]]]]",
               "[" + village + "]")},
      {"GEOJSON_CRS", "a.geojson",
       Changed(
           "\"features\"",
           R"("crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}},"features")")},
      {"GEOJSON_CRS", "a.geojson",
       Changed(
           "\"features\"",
           R"("crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features")")},
  };
  for (const Case& test : cases) {
    CAPTURE(test.reason, test.text);
    const auto pack = Import(test.text);
    REQUIRE_FALSE(pack.ok());
    const auto problems = ProblemsOf(pack.status());
    REQUIRE_FALSE(problems.empty());
    CHECK(problems[0].reason == test.reason);
    CHECK(problems[0].field == test.field);
  }
}

TEST_CASE("I15 the datum must be said, and what the file declares must agree", "[outline]") {
  for (const Datum datum : {DATUM_UNSPECIFIED, DATUM_NOT_STATED}) {
    CHECK(ReasonOf(Import(kGood, Options(datum)).status()) == "OUTLINE_DATUM_MISSING");
  }
  const auto declared = [](const char* crs) {
    return Changed("\"features\"", absl::StrCat(R"("crs":{"type":"name","properties":{"name":")",
                                                crs, R"("}},"features")"));
  };
  CHECK(Import(declared("urn:ogc:def:crs:EPSG::4490")).ok());
  CHECK(Import(declared("urn:ogc:def:crs:OGC:1.3:CRS84"), Options(DATUM_WGS84)).ok());
  CHECK_FALSE(Import(declared("urn:ogc:def:crs:EPSG::4490"), Options(DATUM_WGS84)).ok());
  CHECK_FALSE(Import(declared("urn:ogc:def:crs:EPSG::4490"), Options(DATUM_GCJ02)).ok());
  ImportOptions nameless = Options();
  nameless.origin.licence_en.clear();
  CHECK(ReasonOf(Import(kGood, nameless).status()) == "OUTLINE_SOURCE_MISSING");
}

}  // namespace
}  // namespace fupin::outline
