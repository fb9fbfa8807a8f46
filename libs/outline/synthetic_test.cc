#include "libs/outline/synthetic.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "libs/outline/geojson.h"
#include "libs/outline/level_shapes.h"
#include "libs/outline/test_world.h"
#include "libs/status/status.h"

namespace fupin::outline {
namespace {

// Every division is one piece without holes left over, and its parts fill it exactly.
void CheckTiling(const Outlines& outlines) {
  const division::Tree& tree = outlines.tree();
  CHECK(outlines.Missing().empty());
  for (const division::Division division : tree.all()) {
    CAPTURE(division.code());
    const int64_t area = DoubleAreaOf(outlines, division.order());
    REQUIRE(area > 0);
    if (division.children().empty()) continue;
    int64_t parts = 0;
    for (const division::Division part : division.children())
      parts += DoubleAreaOf(outlines, part.order());
    REQUIRE(parts == area);
  }
  for (size_t level = 0; level < tree.levels().size(); ++level) {
    const LevelShapes shapes(outlines, outlines.MembersOf(static_cast<int>(level)));
    for (size_t i = 0; i < shapes.members.size(); ++i) {
      int outer = 0;
      for (uint32_t r = shapes.ring_begins[i]; r < shapes.ring_begins[i + 1]; ++r)
        outer += !shapes.rings[r].hole;
      CAPTURE(tree.At(shapes.members[i]).code());
      REQUIRE(outer == 1);
    }
  }
}

TEST_CASE("GIS-1 synthetic parts are in one piece and tile their parent exactly",
          "[outline][property]") {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    const World world = MakeWorld(seed, 1 + static_cast<int>(seed % 4));
    CHECK(world.outlines->origin().synthetic);
    CHECK(world.outlines->origin().source_zh.find("合成") != std::string::npos);
    CheckTiling(*world.outlines);
  }
}

TEST_CASE("GIS-1 synthetic outlines are the same every time and another seed makes others",
          "[outline]") {
  CHECK(MakeWorld(3).outlines->fingerprint() == MakeWorld(3).outlines->fingerprint());
  const World world = MakeWorld(3);
  SyntheticOptions options;
  options.frames = {"测试", "test", "无", "none", DATUM_WGS84};
  const auto other = MakeSynthetic(*world.tree, world.frames, options);
  REQUIRE(other.ok());
  CHECK((*Outlines::Make(*other, world.tree))->fingerprint() != world.outlines->fingerprint());
}

TEST_CASE("I23 synthetic outlines refuse frames that do not fit the tree", "[outline]") {
  const World world = MakeWorld(1);
  SyntheticOptions options;
  options.frames = {"测试", "test", "无", "none", DATUM_WGS84};
  const auto reason = [&](const std::vector<Frame>& frames) {
    return ReasonOf(MakeSynthetic(*world.tree, frames, options).status());
  };
  CHECK(reason({world.frames[0]}) == "SYNTHETIC_PREFECTURE");  // half of the villages have no frame
  CHECK(reason({world.frames[0], world.frames[1], world.frames[1]}) == "SYNTHETIC_PREFECTURE");
  CHECK(reason({}) == "SYNTHETIC_PREFECTURE");
  CHECK(reason({{"99", world.frames[0].rings}}) == "OUTLINE_DIVISION_UNKNOWN");
  CHECK(reason({{world.frames[0].code, {{{106, 26}, {106, 26}}}}, world.frames[1]}) ==
        "SYNTHETIC_PREFECTURE");
}

TEST_CASE("GIS-1 Guizhou's 18,000 villages get outlines inside their real prefectures in seconds",
          "[outline]") {
  const std::string root = FUPIN_SOURCE_DIR;
  const auto tree = division::Tree::Load({root + "/deploy/divisions/guizhou.tsv"});
  REQUIRE(tree.ok());
  std::ifstream file(root + "/deploy/geography/guizhou_prefectures.geojson", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(text.size() < 400'000);
  auto areas = ReadGeoJson(text, "code");
  REQUIRE(areas.ok());
  REQUIRE(areas->areas.size() == 9);
  std::vector<Frame> frames;
  for (Area& area : areas->areas) frames.push_back({area.code, area.rings});
  SyntheticOptions options;
  options.frames = {"测试", "test", "无", "none", DATUM_NOT_STATED};
  const std::clock_t start = std::clock();
  const auto pack = MakeSynthetic(**tree, frames, options);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  REQUIRE(pack.ok());
  CAPTURE(seconds);
#ifdef NDEBUG
  CHECK(seconds < 5);
#endif
  const auto outlines = Outlines::Make(*pack, *tree);
  REQUIRE(outlines.ok());
  CheckTiling(**outlines);
  for (const Frame& frame : frames) {
    const auto division = (*tree)->Find(frame.code);
    const auto box = (*outlines)->Bounds(division->order());
    LonLatBox real{{180, 90}, {-180, -90}};
    for (const auto& ring : frame.rings) {
      for (const geo::LonLat place : ring) {
        real.min = {std::min(real.min.lon, place.lon), std::min(real.min.lat, place.lat)};
        real.max = {std::max(real.max.lon, place.lon), std::max(real.max.lat, place.lat)};
      }
    }
    // Within two cells.
    CAPTURE(frame.code);
    CHECK(box->min.lon == Approx(real.min.lon).margin(0.05));
    CHECK(box->max.lat == Approx(real.max.lat).margin(0.05));
  }
  // The government offices of four prefectures.
  const auto at = [&](double lon, double lat) {
    const auto path = (*outlines)->Locate({lon, lat});
    return path.size() < 2 ? std::string() : std::string(path[1].name());
  };
  CHECK(at(106.63, 26.65) == "贵阳市");
  CHECK(at(106.93, 27.73) == "遵义市");
  CHECK(at(105.28, 27.30) == "毕节市");
  CHECK(at(109.19, 27.72) == "铜仁市");
  CHECK(at(104.07, 30.67).empty());  // Chengdu
}

}  // namespace
}  // namespace fupin::outline
