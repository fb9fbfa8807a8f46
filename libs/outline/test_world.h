// A small province for tests: two or more prefectures side by side, everything below invented.
#ifndef FUPIN_LIBS_OUTLINE_TEST_WORLD_H_
#define FUPIN_LIBS_OUTLINE_TEST_WORLD_H_

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/division/tree.h"
#include "libs/outline/outlines.h"
#include "libs/outline/scatter.h"
#include "libs/outline/synthetic.h"

namespace fupin::outline {

inline std::shared_ptr<const division::Tree> ParseTree(const std::string& rows) {
  auto tree = division::Tree::Parse(
      {{"test.tsv", "# levels: province prefecture county township village hamlet\n" + rows}});
  INFO(tree.status());
  REQUIRE(tree.ok());
  return *tree;
}

struct World {
  std::shared_ptr<const division::Tree> tree;
  std::vector<Frame> frames;
  std::shared_ptr<const Outlines> outlines;
};

// `seed` decides how many parts each division has. The first county has no townships of its own but
// villages; some villages have hamlets.
inline World MakeWorld(uint64_t seed, int prefectures = 2) {
  const auto below = [&](const std::string& code, uint64_t n) {
    uint64_t hash = seed;
    for (const char c : code) hash = Scatter(hash ^ static_cast<unsigned char>(c));
    return hash % n;
  };
  std::string rows = "52\t\tprovince\tP\n";
  const auto add = [&](const std::string& parent, uint64_t number, const char* level) {
    const std::string code = absl::StrCat(parent, ".", number);
    absl::StrAppend(&rows, code, "\t", parent, "\t", level, "\t", level, number, "\n");
    return code;
  };
  World world;
  for (int p = 0; p < prefectures; ++p) {
    const std::string prefecture = add("52", static_cast<uint64_t>(p), "prefecture");
    for (uint64_t c = 0; c < 2 + below(prefecture, 3); ++c) {
      const std::string county = add(prefecture, c, "county");
      for (uint64_t t = 0; t < 1 + below(county, 4); ++t) {
        const std::string township = c == 0 && p == 0 ? county : add(county, t, "township");
        for (uint64_t v = 0; v < 2 + below(township, 5); ++v) {
          const std::string village = add(township, 10 * t + v, "village");
          const uint64_t hamlets = v % 2 == 0 ? below(village, 5) : 0;
          for (uint64_t h = 0; h < hamlets; ++h) add(village, h, "hamlet");
        }
      }
    }
    // A quarter of a degree each, with a jagged border between them.
    const double west = 106 + 0.25 * p, east = west + 0.25;
    world.frames.push_back({prefecture,
                            {{{west, 26.5},
                              {east, 26.5},
                              {east + 0.02, 26.6},
                              {east, 26.7},
                              {west, 26.7},
                              {west + 0.02, 26.6}}}});
  }
  world.tree = ParseTree(rows);
  SyntheticOptions options;
  options.seed = seed;
  options.frames = {"测试", "test", "无", "none", DATUM_WGS84};
  const auto pack = MakeSynthetic(*world.tree, world.frames, options);
  INFO("seed " << seed << " " << pack.status());
  REQUIRE(pack.ok());
  auto outlines = Outlines::Make(*pack, world.tree);
  INFO(outlines.status());
  REQUIRE(outlines.ok());
  world.outlines = *outlines;
  return world;
}

// Twice the area in square world units, exact; positive.
inline int64_t DoubleAreaOf(const Outlines& outlines, uint32_t order) {
  uint64_t sum = 0;
  for (const DirectedArc way : outlines.BorderOf(order)) {
    const auto points = outlines.arcs().points_of(ArcOf(way));
    uint64_t arc = 0;
    for (size_t i = 1; i < points.size(); ++i) {
      arc += static_cast<uint64_t>(int64_t{points[i - 1].x} * points[i].y -
                                   int64_t{points[i].x} * points[i - 1].y);
    }
    // Left with north up is the negative side where y grows to the south.
    sum += way < 0 ? arc : -arc;
  }
  return static_cast<int64_t>(sum);
}

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_TEST_WORLD_H_
