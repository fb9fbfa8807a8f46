#include "libs/geo/simple_rings.h"

#include <random>

#include <catch2/catch.hpp>

#include "libs/geo/crossing.h"
#include "libs/geo/segment_index.h"

namespace fupin::geo {
namespace {

TEST_CASE("I23 what encloses no area is taken away and rings that meet themselves are divided",
          "[geo]") {
  struct Case {
    const char* name;
    Ring ring;
    std::vector<Ring> rings;
    bool spikes;
    uint32_t parts;
  };
  const Case test = GENERATE(values<Case>({
      {"a square", {{0, 0}, {9, 0}, {9, 9}, {0, 9}}, {{{0, 0}, {9, 0}, {9, 9}, {0, 9}}}, false, 0},
      {"closed, points twice",
       {{0, 0}, {0, 0}, {9, 0}, {9, 9}, {9, 9}, {0, 9}, {0, 0}},
       {{{0, 0}, {9, 0}, {9, 9}, {0, 9}}},
       false,
       0},
      {"a spike of two equal points",
       {{0, 0}, {9, 0}, {20, 5}, {9, 0}, {9, 9}, {0, 9}},
       {{{0, 0}, {9, 0}, {9, 9}, {0, 9}}},
       true,
       0},
      {"a spike whose way back has fewer points",
       {{0, 0}, {9, 0}, {20, 0}, {4, 0}, {4, 9}, {0, 9}},
       {{{0, 0}, {9, 0}, {4, 0}, {4, 9}, {0, 9}}},
       true,
       0},
      {"a strip of several sides",
       {{0, 0}, {9, 0}, {12, 3}, {15, 1}, {12, 3}, {9, 0}, {9, 9}, {0, 9}},
       {{{0, 0}, {9, 0}, {9, 9}, {0, 9}}},
       true,
       0},
      {"a spike at the seam",
       {{20, 20}, {9, 9}, {0, 9}, {0, 0}, {9, 0}, {9, 9}},
       {{{9, 9}, {0, 9}, {0, 0}, {9, 0}}},
       true,
       0},
      {"a figure of eight through one point",
       {{0, 0}, {4, 4}, {8, 0}, {8, 8}, {4, 4}, {0, 8}},
       {{{4, 4}, {8, 0}, {8, 8}}, {{0, 0}, {4, 4}, {0, 8}}},
       false,
       2},
      {"a line", {{0, 0}, {9, 0}, {4, 0}}, {}, true, 0},
      {"a point", {{3, 3}, {3, 3}}, {}, false, 0},
      {"nothing", {}, {}, false, 0},
  }));
  CAPTURE(test.name);
  const SimpleRings simple = MakeSimple(test.ring);
  if (std::string(test.name).find("fewer") == std::string::npos) {
    CHECK(simple.rings == test.rings);
  } else {
    // The tip is gone; what is left of the line is a side again.
    REQUIRE(simple.rings.size() == 1);
    CHECK(simple.rings[0] == Ring{{0, 0}, {4, 0}, {4, 9}, {0, 9}});
  }
  CHECK((simple.spikes > 0) == test.spikes);
  CHECK(simple.parts == test.parts);
}

TEST_CASE("I23 repairs keep inside what was inside, and pass no point twice", "[geo][property]") {
  std::mt19937 random(20201125);
  int changed = 0;
  for (int round = 0; round < 3000; ++round) {
    Ring ring;
    const int points = 3 + static_cast<int>(random() % 9);
    for (int i = 0; i < points; ++i)
      ring.push_back({static_cast<int32_t>(random() % 6), static_cast<int32_t>(random() % 6)});
    // Twice as fine, so that places beside the lines can be asked for.
    for (Point& point : ring) point = {4 * point.x, 4 * point.y};
    const SimpleRings simple = MakeSimple(ring);
    changed += simple.spikes > 0 || simple.parts > 0;
    CAPTURE(round);
    const SegmentIndex index(simple.rings);
    for (int32_t x = -1; x < 24; x += 2) {
      for (int32_t y = -1; y < 24; y += 2) {
        // Whether the number of crossings to the east is odd is what both have in common.
        REQUIRE(index.Contains({x, y}) == Contains(ring, {x, y}));
      }
    }
    for (Ring part : simple.rings) {
      REQUIRE(part.size() >= 3);
      std::sort(part.begin(), part.end());
      REQUIRE(std::adjacent_find(part.begin(), part.end()) == part.end());
    }
  }
  CHECK(changed > 300);
}

TEST_CASE("I23 a crossing is named where it is", "[geo]") {
  const std::vector<Ring> eight{{{0, 0}, {10, 10}, {10, 0}, {0, 10}}};
  const Crossings crossings = FindCrossings(SegmentIndex(eight), 5);
  CHECK(crossings.found == std::vector<Point>{{5, 5}});
  CHECK_FALSE(crossings.exhausted);
}

TEST_CASE("I23 a ring made to be slow is given up after a fixed number of comparisons", "[geo]") {
  // A staircase of long slanted teeth: the boxes of all sides overlap, no side crosses another.
  Ring comb;
  for (int32_t i = 0; i < 20'000; ++i) {
    comb.push_back({4 * i, 4 * i});
    comb.push_back({10'000'000 + 4 * i - 8, 10'000'000 + 4 * i - 12});
  }
  comb.push_back({25'000'000, 0});
  const std::vector<Ring> rings{comb};
  const Crossings crossings = FindCrossings(SegmentIndex(rings), 1);
  CHECK(crossings.found.empty());
  CHECK(crossings.exhausted);
}

TEST_CASE("I23 the nearest side is found at any distance", "[geo]") {
  // A square of 0.1 degree at 26 N; a degree of latitude is 111,195 m.
  const std::vector<Ring> square{{{106'000'000, 26'000'000},
                                  {106'100'000, 26'000'000},
                                  {106'100'000, 26'100'000},
                                  {106'000'000, 26'100'000}}};
  const SegmentIndex index(square);
  CHECK(index.NearestM({106'050'000, 26'050'000}, 0) ==
        Approx(0.05 * 111195 * 0.8984).epsilon(0.01));
  CHECK(index.NearestM({106'050'000, 26'110'000}, 0) == Approx(1112).epsilon(0.001));
  CHECK(index.NearestM({106'050'000, 36'100'000}, 0) == Approx(1'111'950).epsilon(0.001));
  CHECK(index.NearestM({106'050'000, 26'100'001}, 50) <= 50);
  CHECK(std::isinf(SegmentIndex().NearestM({0, 0}, 1)));
}

}  // namespace
}  // namespace fupin::geo
