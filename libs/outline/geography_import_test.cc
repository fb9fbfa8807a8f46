#include "libs/outline/geography_import.h"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "libs/geo/gcj02.h"
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
  auto imported = ImportGeography({{.name = "a.geojson", .text = text}}, options, SmallTree());
  if (!imported.ok()) return imported.status();
  return std::move(imported->pack);
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
      ImportGeography({{.name = "a.geojson", .text = text}, {.name = "b.geojson", .text = text}},
                      options, SmallTree());
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
      {"OUTLINE_EMPTY", "a.geojson: features[1] 11 b", Changed(village, "[[]]")},
      {"OUTLINE_RING_SHORT", "a.geojson: features[1] 11 b",
       Changed(village, "[[[106.0,26.0],[106.01,26.0],[106.0,26.0]]]")},
      {"GEOJSON_NOT_A_NUMBER", "a.geojson: features[1] 11",
       Changed(village, "[[[106.0,26.0],[NaN,26.0],[106.01,26.01],[106.0,26.0]]]")},
      {"GEOJSON_NOT_A_NUMBER", "a.geojson: features[1] 11",
       Changed(village, "[[[106.0,26.0],[null,26.0],[106.01,26.01],[106.0,26.0]]]")},
      {"GEOJSON_NO_GEOMETRY", "a.geojson: features[1] 11",
       Changed(R"({"type":"Polygon","coordinates":
 [[[106.0,26.0],[106.01,26.0],[106.01,26.01],[106.0,26.01],[106.0,26.0]]]})",
               "null")},
      {"OUTLINE_HOLE_OUTSIDE", "a.geojson: features[1] 11 b",
       Changed(village,
               "[[[106.0,26.0],[106.01,26.0],[106.01,26.01],[106.0,26.01],[106.0,26.0]],"
               "[[106.012,26.002],[106.014,26.002],[106.014,26.004],[106.012,26.002]]]")},
      {"GEOJSON_ENCODING", "a.geojson", Changed("\"11\"", "\"\xb9\xf3\"")},
      {"GEOJSON_DEEP", "a.geojson", std::string(10'000, '[')},
      {"OUTLINE_EMPTY", "a.geojson: features[1] 11", Changed(village, "[]")},
      {"OUTLINE_EMPTY", "a.geojson: features[1] 11 b",
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
    std::vector<std::string> told;
    bool found = false;
    for (const Problem& problem : ProblemsOf(pack.status())) {
      told.push_back(problem.reason + " " + problem.field);
      found |= problem.reason == test.reason && absl::StrContains(problem.field, test.field);
      CHECK_FALSE(problem.message_zh.empty());
      CHECK_FALSE(problem.message_en.empty());
    }
    CAPTURE(told);
    CHECK(found);
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

// A township of 9 x 9 villages, each a fifth of a kilometre wide; `move` is applied to the villages
// (and not to the township).
using Move = geo::LonLat (*)(geo::LonLat);
struct Grid {
  static constexpr int kSide = 9;
  static constexpr double kStep = 0.002;

  static std::shared_ptr<const division::Tree> Tree() {
    std::string rows = "1\t\tprovince\ta\n";
    for (int i = 0; i < kSide * kSide; ++i) {
      absl::StrAppend(&rows, "1.", i, "\t1\tprefecture\tv", i, "\n");
    }
    return ParseTree(rows);
  }
  static std::string Feature(const std::string& code, double west, double south, double side,
                             Move move) {
    std::string points;
    for (const auto& [x, y] : {std::pair(0., 0.), {1., 0.}, {1., 1.}, {0., 1.}, {0., 0.}}) {
      const geo::LonLat place = move({west + x * side, south + y * side});
      absl::StrAppendFormat(&points, "%s[%.7f,%.7f]", points.empty() ? "" : ",", place.lon,
                            place.lat);
    }
    return absl::StrCat(R"({"type":"Feature","properties":{"code":")", code,
                        R"("},"geometry":{"type":"Polygon","coordinates":[[)", points, "]]}}");
  }
  static std::string Collection(const std::string& features) {
    return absl::StrCat(R"({"type":"FeatureCollection","features":[)", features, "]}");
  }
  static GeographyFile Above(Datum datum, Move move) {
    return {.name = "township.geojson",
            .text = Collection(Feature("1", 106.7, 26.5, kSide * kStep, move)),
            .datum = datum};
  }
  static GeographyFile Villages(Datum datum, Move move) {
    std::string features;
    for (int i = 0; i < kSide * kSide; ++i) {
      absl::StrAppend(&features, i == 0 ? "" : ",",
                      Feature(absl::StrCat("1.", i), 106.7 + i % kSide * kStep,
                              26.5 + i / kSide * kStep, kStep, move));
    }
    return {.name = "villages.geojson", .text = Collection(features), .datum = datum};
  }
};

geo::LonLat Stay(geo::LonLat place) { return place; }

TEST_CASE("I15 a datum that is stated wrongly is found out by parts that miss their parents") {
  struct Case {
    const char* name;
    Datum above;
    Move above_move;
    Datum villages;
    Move villages_move;
    const char* reason;
    const char* field;
  };
  const Case test = GENERATE(values<Case>({
      {"all as stated", DATUM_WGS84, Stay, DATUM_CGCS2000, Stay, "", ""},
      {"GCJ-02 and said so", DATUM_WGS84, Stay, DATUM_GCJ02, geo::Wgs84ToGcj02, "", ""},
      {"villages in GCJ-02, stated as WGS 84", DATUM_WGS84, Stay, DATUM_WGS84, geo::Wgs84ToGcj02,
       "OUTLINE_LOOKS_GCJ02", "villages.geojson"},
      {"villages in WGS 84, stated as GCJ-02", DATUM_WGS84, Stay, DATUM_GCJ02, Stay,
       "OUTLINE_LOOKS_WGS84", "villages.geojson"},
  }));
  CAPTURE(test.name);
  const auto imported = ImportGeography(
      {Grid::Above(test.above, test.above_move), Grid::Villages(test.villages, test.villages_move)},
      Options(), Grid::Tree());
  std::vector<std::string> told;
  bool found = false;
  for (const Problem& problem : ProblemsOf(imported.status())) {
    told.push_back(problem.reason + " " + problem.field);
    found |= problem.reason == test.reason && absl::StrContains(problem.field, test.field);
  }
  CAPTURE(told);
  if (*test.reason == '\0') {
    REQUIRE(imported.ok());
    // The pack says of each level what it was and what was done.
    REQUIRE(imported->pack.layers_size() == 2);
    CHECK(imported->pack.layers(1).datum() == test.villages);
    CHECK((imported->pack.layers(1).treatment() == TREATMENT_MOVED_FROM_GCJ02) ==
          (test.villages == DATUM_GCJ02));
  } else {
    CHECK(found);
  }
}

TEST_CASE(
    "I15 a village outside its township is named with how far, within the tolerance it is not") {
  const auto import = [](double east_degrees, double tolerance_m) {
    ImportOptions options = Options(DATUM_WGS84);
    options.tolerances.outside_m = tolerance_m;
    const std::string village =
        Grid::Feature("1.8", 106.7 + 8 * Grid::kStep + east_degrees, 26.5, Grid::kStep, Stay);
    return ImportGeography({Grid::Above(DATUM_WGS84, Stay),
                            {.name = "one.geojson", .text = Grid::Collection(village)}},
                           options, Grid::Tree());
  };
  // A thousandth of a degree is 100 m here.
  CHECK(import(0.001, 200).ok());
  const auto refused = import(0.001, 50);
  REQUIRE_FALSE(refused.ok());
  const Problem problem = ProblemsOf(refused.status())[0];
  CHECK(problem.reason == "OUTLINE_OUTSIDE_PARENT");
  CHECK(absl::StrContains(problem.field, "one.geojson: features[0] 1.8 v8"));
  CHECK(absl::StrContains(problem.message_en, "100 m > 50 m"));
}

TEST_CASE("I23 what does no harm is repaired and told, and every fault is told at once") {
  const auto with = [](const std::string& ring) {
    return ImportGeography({{.name = "a.geojson",
                             .text = Grid::Collection(absl::StrCat(
                                 R"({"type":"Feature","properties":{"code":"1.0"},)",
                                 R"("geometry":{"type":"Polygon","coordinates":[)", ring, "]}}"))}},
                           Options(DATUM_WGS84), Grid::Tree());
  };
  const auto noted = [](const absl::StatusOr<Imported>& imported, const char* reason) {
    INFO(imported.status());
    REQUIRE(imported.ok());
    for (const Problem& note : imported->notes) {
      if (note.reason == reason && absl::StrContains(note.field, "features[0] 1.0 v0")) return true;
    }
    return false;
  };
  CHECK(noted(with("[[106,26],[106.01,26],[106.03,26],[106.01,26],[106.01,26.01],[106,26]]"),
              "OUTLINE_SPIKES_REMOVED"));
  CHECK(noted(with("[[106,26],[106.004,26.004],[106.008,26],[106.008,26.008],[106.004,26.004],"
                   "[106,26.008],[106,26]]"),
              "OUTLINE_RING_SPLIT"));
  const std::string bad = absl::StrCat(Grid::Feature("nobody", 106.7, 26.5, 0.002, Stay), ",",
                                       Grid::Feature("1.1", 26.5, 106.7, 0.002, Stay), ",",
                                       Grid::Feature("1.2", 106.7, 26.5, 0.002, Stay), ",",
                                       Grid::Feature("1.2", 106.8, 26.5, 0.002, Stay));
  const auto refused = ImportGeography({{.name = "a.geojson", .text = Grid::Collection(bad)}},
                                       Options(DATUM_WGS84), Grid::Tree());
  std::vector<std::string> reasons;
  for (const Problem& problem : ProblemsOf(refused.status())) reasons.push_back(problem.reason);
  CAPTURE(reasons);
  for (const char* reason : {"OUTLINE_DIVISION_UNKNOWN", "GEOJSON_SWAPPED", "OUTLINE_DUPLICATE"}) {
    CHECK(std::count(reasons.begin(), reasons.end(), reason) == 1);
  }
}

TEST_CASE("I23 an outline of a million points is taken, one of more is refused by its limit") {
  const auto circle = [](int points) {
    std::string ring;
    ring.reserve(static_cast<size_t>(points) * 24);
    for (int i = 0; i <= points; ++i) {
      const double angle = 2 * M_PI * (i % points) / points;
      // Waves, so that no two points fall together.
      const double radius = 1 + 0.01 * std::sin(50 * angle);
      absl::StrAppendFormat(&ring, "%s[%.7f,%.7f]", i == 0 ? "" : ",",
                            106 + radius * std::cos(angle), 26 + radius * std::sin(angle));
    }
    return Grid::Collection(absl::StrCat(R"({"type":"Feature","properties":{"code":"1.0"},)",
                                         R"("geometry":{"type":"Polygon","coordinates":[[)", ring,
                                         "]]}}"));
  };
  const auto import = [&](int points) {
    return ImportGeography({{.name = "a.geojson", .text = circle(points)}}, Options(DATUM_WGS84),
                           Grid::Tree());
  };
  const auto taken = import(999'999);
  INFO(taken.status());
  CHECK(taken.ok());
  const auto refused = import(1'000'001);
  REQUIRE_FALSE(refused.ok());
  CHECK(ReasonOf(refused.status()) == "OUTLINE_TOO_LARGE");
  CHECK(absl::StrContains(ProblemsOf(refused.status())[0].field, "features[0] 1.0"));
}

// What was told, as "REASON field: English".
std::vector<std::string> Told(const absl::StatusOr<Imported>& imported) {
  std::vector<std::string> told;
  const std::vector<Problem> problems =
      imported.ok() ? imported->notes : ProblemsOf(imported.status());
  for (const Problem& problem : problems)
    told.push_back(absl::StrCat(problem.reason, " ", problem.field, ": ", problem.message_en));
  return told;
}

size_t CountOf(const std::vector<std::string>& told, absl::string_view begin) {
  return static_cast<size_t>(std::count_if(told.begin(), told.end(), [&](const std::string& line) {
    return absl::StartsWith(line, begin);
  }));
}

TEST_CASE("I15 of two files that disagree by the shift of GCJ-02 the one stated wrongly is named",
          "[outline]") {
  struct Case {
    const char* name;
    Datum above;
    Move above_move;
    Datum villages;
    Move villages_move;
    const char* begin;
  };
  const Case test = GENERATE(values<Case>({
      {"the township in GCJ-02, stated as WGS 84", DATUM_WGS84, geo::Wgs84ToGcj02, DATUM_CGCS2000,
       Stay, "OUTLINE_LOOKS_GCJ02 township.geojson"},
      {"the township in WGS 84, stated as GCJ-02", DATUM_GCJ02, Stay, DATUM_WGS84, Stay,
       "OUTLINE_LOOKS_WGS84 township.geojson"},
      {"both in GCJ-02, the villages said so", DATUM_WGS84, geo::Wgs84ToGcj02, DATUM_GCJ02,
       geo::Wgs84ToGcj02, "OUTLINE_LOOKS_WGS84 villages.geojson"},
  }));
  CAPTURE(test.name);
  for (const bool reference : {false, true}) {
    GeographyFile above = Grid::Above(test.above, test.above_move);
    above.reference = reference;
    const auto imported = ImportGeography(
        {above, Grid::Villages(test.villages, test.villages_move)}, Options(), Grid::Tree());
    const std::vector<std::string> told = Told(imported);
    CAPTURE(reference, told);
    REQUIRE_FALSE(imported.ok());
    CHECK(CountOf(told, test.begin) == 1);
    // The 81 villages are not told one by one when one sentence says why.
    CHECK(CountOf(told, "OUTLINE_OUTSIDE_PARENT") == 0);
  }
}

TEST_CASE("I15 another shift than that of GCJ-02 is told village by village with how far",
          "[outline]") {
  const Move west = [](geo::LonLat place) { return geo::LonLat{place.lon - 0.01, place.lat}; };
  const auto imported = ImportGeography(
      {Grid::Above(DATUM_WGS84, Stay), Grid::Villages(DATUM_WGS84, west)}, Options(), Grid::Tree());
  const std::vector<std::string> told = Told(imported);
  CAPTURE(told);
  CHECK(CountOf(told, "OUTLINE_LOOKS") == 0);
  // Four columns of nine lie outside; so many are listed, all are counted.
  CHECK(CountOf(told, "OUTLINE_OUTSIDE_PARENT") == FaultList::kMaxPerReason);
  CHECK(CountOf(told, "OUTLINE_MORE_FAULTS OUTLINE_OUTSIDE_PARENT") == 1);
  CHECK(absl::StrContains(told.back(), "36 OUTLINE_OUTSIDE_PARENT (20)"));
}

TEST_CASE("I15 outlines to compare with are not stored, and without any the datum is unchecked",
          "[outline]") {
  GeographyFile above = Grid::Above(DATUM_WGS84, Stay);
  above.reference = true;
  const auto compared =
      ImportGeography({Grid::Villages(DATUM_WGS84, Stay), above}, Options(), Grid::Tree());
  INFO(compared.status());
  REQUIRE(compared.ok());
  CHECK(compared->pack.outlines_size() == Grid::kSide * Grid::kSide);
  CHECK(compared->pack.layers_size() == 1);
  CHECK(CountOf(Told(compared), "OUTLINE_DATUM_UNCHECKED") == 0);
  const auto alone = ImportGeography({Grid::Villages(DATUM_WGS84, Stay)}, Options(), Grid::Tree());
  CHECK(CountOf(Told(alone), "OUTLINE_DATUM_UNCHECKED") == 1);
  // A reference may not say what it is; then it proves nothing of the shift, but still bounds.
  above.datum = DATUM_NOT_STATED;
  const auto shifted = ImportGeography({Grid::Villages(DATUM_WGS84, geo::Wgs84ToGcj02), above},
                                       Options(), Grid::Tree());
  CHECK(CountOf(Told(shifted), "OUTLINE_LOOKS") == 0);
  CHECK(CountOf(Told(shifted), "OUTLINE_OUTSIDE_PARENT") > 0);
}

TEST_CASE("I15 neighbours that overlap are named once with how deep, slivers are let pass",
          "[outline]") {
  // 1.1 reaches to the west into 1.0; a thousandth of a degree is 100 m here.
  const auto import = [](double degrees, double tolerance_m) {
    ImportOptions options = Options(DATUM_WGS84);
    options.tolerances.overlap_m = tolerance_m;
    const std::string text =
        Grid::Collection(absl::StrCat(Grid::Feature("1.0", 106.7, 26.5, 0.01, Stay), ",",
                                      Grid::Feature("1.1", 106.71 - degrees, 26.498, 0.02, Stay)));
    return ImportGeography({{.name = "a.geojson", .text = text}}, options, Grid::Tree());
  };
  CHECK(import(0, Tolerances::kMinM).ok());
  CHECK(import(0.0004, 50).ok());
  CHECK(import(0.001, 150).ok());
  const auto refused = import(0.001, 50);
  const std::vector<std::string> told = Told(refused);
  CAPTURE(told);
  REQUIRE(told.size() == 1);
  CHECK(absl::StartsWith(told[0],
                         "OUTLINE_OVERLAP a.geojson: features[1] 1.1 v1: overlaps "
                         "a.geojson: features[0] 1.0 v0: 100 m > 50 m"));
  // Two bars that cross have no corner in one another.
  const std::string across = Grid::Collection(
      R"({"type":"Feature","properties":{"code":"1.0"},"geometry":{"type":"Polygon","coordinates":)"
      R"([[[106,26],[106.09,26],[106.09,26.01],[106,26.01],[106,26]]]}},)"
      R"({"type":"Feature","properties":{"code":"1.1"},"geometry":{"type":"Polygon","coordinates":)"
      R"([[[106.04,25.9],[106.05,25.9],[106.05,26.1],[106.04,26.1],[106.04,25.9]]]}})");
  CHECK(CountOf(Told(ImportGeography({{.name = "a.geojson", .text = across}}, Options(DATUM_WGS84),
                                     Grid::Tree())),
                "OUTLINE_OVERLAP") == 1);
}

TEST_CASE("GIS-1 places without an outline are listed by level, other names are pointed out",
          "[outline]") {
  std::string text =
      Grid::Collection(absl::StrCat(Grid::Feature("1.0", 106.7, 26.5, 0.01, Stay), ",",
                                    Grid::Feature("1.2", 106.8, 26.5, 0.01, Stay)));
  text = absl::StrReplaceAll(text, {{R"("code":"1.2")", R"("code":"1.2","name":"另一村")"}});
  const auto imported =
      ImportGeography({{.name = "a.geojson", .text = text}}, Options(DATUM_WGS84), Grid::Tree());
  const std::vector<std::string> told = Told(imported);
  CAPTURE(told);
  REQUIRE(imported.ok());
  CHECK(CountOf(told,
                "OUTLINE_LEVEL_INCOMPLETE prefecture: divisions of this level without "
                "outline: 79 / 81: 1.1 v1 1.10 v10") == 1);
  // No outline of a province was given, so none is missing.
  CHECK(CountOf(told, "OUTLINE_LEVEL_INCOMPLETE") == 1);
  CHECK(CountOf(told,
                "OUTLINE_NAME_DIFFERS a.geojson: features[1] 1.2 v2: its name is not that of "
                "the division files, check the code: 另一村") == 1);
}

TEST_CASE("I15 metres are recognised and the systems they may be of are named", "[outline]") {
  struct Case {
    const char* first;  // place of the ring
    const char* named;
  };
  // Guiyang, 106.71 E 26.57 N, as gdaltransform has it.
  const Case test = GENERATE(values<Case>({
      {"11878902.9,3068850.9", "EPSG:3857 (web mercator)"},
      {"36371471.2,2940633.5", "EPSG:4524 (Gauss-Krueger 3-degree zone 36)"},
      {"18670381.9,2941123.7", "EPSG:4496 (Gauss-Krueger 6-degree zone 18)"},
      {"371471.2,2940633.5", "EPSG:4534-4554 (Gauss-Krueger without zone number"},
      {"2940633.5,36371471.2", "EPSG:4524 (Gauss-Krueger 3-degree zone 36), northing first"},
  }));
  CAPTURE(test.first);
  const std::string ring = absl::StrCat("[[[", test.first, "],[1,1],[2,2],[", test.first, "]]]");
  const auto refused = ImportGeography(
      {{.name = "a.geojson",
        .text = Grid::Collection(absl::StrCat(
            R"({"type":"Feature","properties":{"code":"1.0"},"geometry":{"type":"Polygon",)",
            R"("coordinates":)", ring, "}}"))}},
      Options(), Grid::Tree());
  const std::vector<std::string> told = Told(refused);
  CAPTURE(told);
  REQUIRE(told.size() == 1);
  CHECK(absl::StartsWith(told[0], "GEOJSON_PROJECTED a.geojson: features[0] 1.0 v0"));
  CHECK(absl::StrContains(told[0], test.named));
}

TEST_CASE("I23 what cannot be read on is told beside the faults before it", "[outline]") {
  const std::string open =
      R"({"type":"Feature","properties":{"code":"1.3"},"geometry":{"type":"Polygon","coordinates":)"
      R"([[[106,26],[106.1,26],[106.1,26.1],[106,26.1]]]}})";
  const std::string whole =
      Grid::Collection(absl::StrCat(Grid::Feature("1.1", 26.5, 106.7, 0.002, Stay), ",", open, ",",
                                    Grid::Feature("1.2", 106.7, 26.5, 0.002, Stay)));
  struct Case {
    const char* reason;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"GEOJSON_MALFORMED", whole.substr(0, whole.size() - 40)},
      {"GEOJSON_ENCODING", absl::StrReplaceAll(whole, {{"1.2", "\xb9\xf3"}})},
      {"GEOJSON_DEEP", absl::StrReplaceAll(whole, {{"\"1.2\"", std::string(100, '[')}})},
  };
  for (const Case& test : cases) {
    const std::vector<std::string> told = Told(ImportGeography(
        {{.name = "a.geojson", .text = test.text}, {.name = "b.geojson", .text = whole}}, Options(),
        Grid::Tree()));
    CAPTURE(test.reason, told);
    CHECK(CountOf(told, absl::StrCat(test.reason, " a.geojson: not")) +
              CountOf(told, absl::StrCat(test.reason, " a.geojson: the text is")) +
              CountOf(told, absl::StrCat(test.reason, " a.geojson: nested")) ==
          1);
    CHECK(CountOf(told, "GEOJSON_SWAPPED a.geojson: features[0] 1.1 v1") == 1);
    CHECK(CountOf(told, "OUTLINE_RING_OPEN a.geojson: features[1] 1.3 v3") == 1);
    CHECK(CountOf(told, "GEOJSON_SWAPPED b.geojson: features[0] 1.1 v1") == 1);
  }
  const auto only = [&](const std::string& text) {
    return ReasonOf(
        ImportGeography({{.name = "a.geojson", .text = text}}, Options(), Grid::Tree()).status());
  };
  CHECK(only("\xFF\xFE{\0") == "GEOJSON_ENCODING");
  CHECK(only(Grid::Collection("")) == "GEOJSON_NOTHING");
  CHECK(only("PK\x03\x04") == "GEOJSON_MALFORMED");
  CHECK(only("") == "GEOJSON_MALFORMED");
}

}  // namespace
}  // namespace fupin::outline
