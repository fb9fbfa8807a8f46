#include "libs/geo/ring.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include <catch2/catch.hpp>

#include "libs/geo/box_index.h"
#include "libs/geo/clip.h"
#include "libs/geo/crossing.h"
#include "libs/geo/simplify.h"

namespace fupin::geo {
namespace {

const Ring kSquare{{0, 0}, {10, 0}, {10, 10}, {0, 10}};

// A ring around a centre that does not cross itself.
Ring Star(std::mt19937& random, int points, int32_t radius, Point centre = {0, 0}) {
  Ring ring;
  for (int i = 0; i < points; ++i) {
    const double angle = 2 * std::numbers::pi * i / points;
    const double r = radius * (0.3 + 0.7 * (random() % 1000) / 1000.0);
    ring.push_back({centre.x + static_cast<int32_t>(std::lround(r * std::cos(angle))),
                    centre.y + static_cast<int32_t>(std::lround(r * std::sin(angle)))});
  }
  return ring;
}

TEST_CASE("GIS-1 the sign of an area tells its winding", "[geo]") {
  CHECK(DoubleArea(kSquare) == 200);
  CHECK(DoubleArea(Ring(kSquare.rbegin(), kSquare.rend())) == -200);
  CHECK(DoubleArea(Ring{{0, 0}, {5, 5}}) == 0);
  // The whole world: partial sums leave 64 bits.
  const int32_t w = 1 << 30;
  CHECK(DoubleArea(Ring{{0, 0}, {w, 0}, {w, w}, {0, w}}) == int64_t{2} << 60);
}

TEST_CASE("C1 a place on a shared border is in exactly one of the areas", "[geo]") {
  const Ring left{{0, 0}, {5, 3}, {7, 10}, {0, 10}}, right{{5, 3}, {12, 0}, {12, 10}, {7, 10}},
      below{{0, 0}, {12, 0}, {5, 3}};
  for (int32_t x = 1; x < 12; ++x) {
    for (int32_t y = 0; y < 10; ++y) {
      CAPTURE(x, y);
      CHECK(Contains(left, {x, y}) + Contains(right, {x, y}) + Contains(below, {x, y}) == 1);
    }
  }
}

TEST_CASE("GIS-1 a crossing is found and touching is allowed", "[geo]") {
  struct Case {
    const char* name;
    std::vector<Ring> rings;
    bool crosses;
  };
  const Case test = GENERATE(values<Case>({
      {"square", {kSquare}, false},
      {"bow tie", {{{0, 0}, {10, 10}, {10, 0}, {0, 10}}}, true},
      {"touches itself in a corner", {{{0, 0}, {5, 5}, {10, 0}, {10, 10}, {5, 5}, {0, 10}}}, false},
      {"spike", {{{0, 0}, {10, 0}, {20, 0}, {10, 0}, {10, 10}}}, true},
      {"corner on a side", {{{0, 0}, {10, 0}, {10, 10}, {5, 0}, {0, 10}}}, false},
      {"hole inside", {kSquare, {{2, 2}, {2, 8}, {8, 8}, {8, 2}}}, false},
      {"hole sticks out", {kSquare, {{2, 2}, {2, 8}, {18, 8}, {18, 2}}}, true},
      {"hole shares a stretch", {kSquare, {{0, 2}, {0, 8}, {5, 5}}}, true},
      {"same ring twice", {kSquare, kSquare}, true},
      {"vertical", {{{0, 0}, {0, 10}, {5, 10}, {-5, 5}}}, true},
  }));
  CAPTURE(test.name);
  CHECK(FindCrossing(test.rings).has_value() == test.crosses);
}

TEST_CASE("C1 the quick search for crossings agrees with comparing every pair", "[geo][property]") {
  std::mt19937 random(20201120);
  int crossed = 0;
  for (int round = 0; round < 400; ++round) {
    Ring ring;
    const int points = 3 + static_cast<int>(random() % 7);
    for (int i = 0; i < points; ++i)
      ring.push_back({static_cast<int32_t>(random() % 12), static_cast<int32_t>(random() % 12)});
    bool expected = false;
    for (size_t i = 0; i < ring.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        const Point a = ring[i], b = ring[(i + 1) % ring.size()], c = ring[j],
                    d = ring[(j + 1) % ring.size()];
        if (a != b && c != d && SegmentsCross(a, b, c, d)) expected = true;
      }
    }
    CAPTURE(round);
    REQUIRE(FindCrossing(std::vector<Ring>{ring}).has_value() == expected);
    crossed += expected;
  }
  CHECK(crossed > 50);
  CHECK(crossed < 390);
}

TEST_CASE("C1 pieces of a cut ring add up to the ring", "[geo][property]") {
  std::mt19937 random(7);
  Ring clipped, scratch;
  for (int round = 0; round < 200; ++round) {
    const Ring ring =
        Star(random, 5 + round % 40, 3000,
             {static_cast<int32_t>(random() % 2000), static_cast<int32_t>(random() % 2000)});
    // Cut by lines on which corners may lie, so nothing is rounded away but where a side is cut.
    double sum = 0;
    for (int32_t x = -4000; x < 8000; x += 1000) {
      for (int32_t y = -4000; y < 8000; y += 1000) {
        ClipRing(ring, {{x, y}, {x + 1000, y + 1000}}, clipped, scratch);
        for (const Point p : clipped)
          REQUIRE((p.x >= x && p.x <= x + 1000 && p.y >= y && p.y <= y + 1000));
        REQUIRE(DoubleArea(clipped) >= 0);
        sum += static_cast<double>(DoubleArea(clipped));
      }
    }
    CHECK(sum == Approx(static_cast<double>(DoubleArea(ring))).epsilon(0.002));
  }
}

TEST_CASE("C1 a cut side ends in the same point from both sides", "[geo][property]") {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    const auto place = [&] {
      return Point{static_cast<int32_t>(random() % 9000) - 2000,
                   static_cast<int32_t>(random() % 9000) - 2000};
    };
    const Point a = place(), b = place();
    const Box box{{-64, -64}, {4160, 4160}};
    Ring left, right, scratch;
    // Two triangles on the sides of a-b.
    ClipRing(Ring{a, b, {-64, 4160}}, box, left, scratch);
    ClipRing(Ring{b, a, {4160, -64}}, box, right, scratch);
    const auto on_border = [&](Point p) {
      return p.x == -64 || p.y == -64 || p.x == 4160 || p.y == 4160;
    };
    // Steps inside the box that lie on a-b must cancel; all others belong to one triangle only.
    for (size_t i = 0; i < left.size(); ++i) {
      const Point p = left[i], q = left[(i + 1) % left.size()];
      if (p != a && q != b && !(on_border(p) && on_border(q))) continue;
      if (std::abs(DoubleArea(a, b, p)) > 20000 || std::abs(DoubleArea(a, b, q)) > 20000) continue;
      if (p.x == q.x || p.y == q.y) continue;
      bool found = false;
      for (size_t j = 0; j < right.size(); ++j)
        found |= right[j] == q && right[(j + 1) % right.size()] == p;
      CAPTURE(round, p.x, p.y, q.x, q.y);
      CHECK(found);
    }
  }
}

TEST_CASE("C1 a finer line has every point of a coarser one", "[geo]") {
  std::mt19937 random(3);
  Ring line;
  for (int i = 0; i < 300; ++i) line.push_back({i * 10, static_cast<int32_t>(random() % 200)});
  const auto areas = EffectiveAreas(line);
  CHECK(areas.front() == kAlwaysKept);
  CHECK(areas.back() == kAlwaysKept);
  size_t last = line.size() + 1;
  for (uint64_t threshold = 0; threshold < 100000; threshold = threshold * 2 + 10) {
    const size_t kept = static_cast<size_t>(
        std::count_if(areas.begin(), areas.end(), [&](uint64_t a) { return a >= threshold; }));
    CHECK(kept <= last);
    last = kept;
  }
  CHECK(last < 60);
  CHECK(last >= 2);
  // A straight line needs no point between its ends.
  CHECK(EffectiveAreas(Ring{{0, 0}, {5, 5}, {10, 10}})[1] == 0);
  // The same from the other end, where no two triangles are equal.
  const auto forward = EffectiveAreas(Ring{{0, 0}, {10, 9}, {20, 1}, {31, 15}, {44, 2}});
  auto backward = EffectiveAreas(Ring{{44, 2}, {31, 15}, {20, 1}, {10, 9}, {0, 0}});
  std::reverse(backward.begin(), backward.end());
  CHECK(forward == backward);
  CHECK(EffectiveAreas(Ring{{1, 1}}).size() == 1);
}

TEST_CASE("GIS-2 a label stands well inside of its area", "[geo][property]") {
  CHECK(InteriorPoint(std::vector<Ring>{{{0, 0}, {1000, 0}, {1000, 1000}, {0, 1000}}}) ==
        Point{500, 500});
  // A horseshoe: its centre of mass is outside.
  const Ring horseshoe{{0, 0},     {900, 0},   {900, 900}, {700, 900},
                       {700, 200}, {200, 200}, {200, 900}, {0, 900}};
  CHECK(Contains(horseshoe, InteriorPoint(std::vector<Ring>{horseshoe})));
  // A hole in the middle.
  const std::vector<Ring> ring_road{{{0, 0}, {900, 0}, {900, 900}, {0, 900}},
                                    {{300, 300}, {300, 600}, {600, 600}, {600, 300}}};
  const Point label = InteriorPoint(ring_road);
  CHECK(Contains(ring_road[0], label));
  CHECK_FALSE(Contains(ring_road[1], label));
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const Ring star = Star(random, 3 + round % 60, 500);
    if (DoubleArea(star) < 1000) continue;
    CHECK(Contains(star, InteriorPoint(std::vector<Ring>{star})));
  }
  // Two units wide.
  const Ring strip{{0, 0}, {1000, 998}, {1000, 1000}, {0, 2}};
  CHECK(Contains(strip, InteriorPoint(std::vector<Ring>{strip})));
}

TEST_CASE("GIS-2 the index finds exactly the boxes that meet a box", "[geo][property]") {
  std::mt19937 random(9);
  for (const size_t count : {0u, 1u, 15u, 16u, 17u, 257u, 5000u}) {
    std::vector<Box> boxes;
    for (size_t i = 0; i < count; ++i) {
      const Point corner{static_cast<int32_t>(random() % 10000),
                         static_cast<int32_t>(random() % 10000)};
      boxes.push_back(i % 50 == 7 ? Box()
                                  : Box{corner,
                                        {corner.x + static_cast<int32_t>(random() % 300),
                                         corner.y + static_cast<int32_t>(random() % 300)}});
    }
    const BoxIndex index(boxes);
    for (int round = 0; round < 50; ++round) {
      const Point corner{static_cast<int32_t>(random() % 10000),
                         static_cast<int32_t>(random() % 10000)};
      const Box asked{corner,
                      {corner.x + static_cast<int32_t>(random() % 2000),
                       corner.y + static_cast<int32_t>(random() % 2000)}};
      std::vector<uint32_t> expected, found;
      for (uint32_t i = 0; i < count; ++i) {
        if (!boxes[i].empty() && boxes[i].Meets(asked)) expected.push_back(i);
      }
      index.Find(asked, found);
      REQUIRE(found == expected);
    }
  }
}

}  // namespace
}  // namespace fupin::geo
