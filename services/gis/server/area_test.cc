// Which outlines an area meets, against counting by brute force.
#include "services/gis/server/area.h"

#include <cmath>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "libs/geo/mercator.h"
#include "libs/outline/nearest.h"
#include "libs/outline/polygons.h"
#include "libs/outline/test_world.h"
#include "libs/status/status.h"

namespace fupin::gis {
namespace {

using Points = std::vector<geo::LonLat>;

std::string ReasonOfPolygon(const Points& points) {
  const auto area = Area::OfPolygon(points);
  return area.ok() ? "" : ReasonOf(area.status());
}

TEST_CASE("GIS-2 an area that is none is refused with what is wrong") {
  const auto box = [](double west, double south, double east, double north) {
    const auto area = Area::OfBox(west, south, east, north);
    return area.ok() ? "" : ReasonOf(area.status());
  };
  CHECK(box(106, 26, 107, 27).empty());
  CHECK(box(107, 26, 106, 27) == "BOX_REVERSED");
  CHECK(box(106, 27, 107, 26) == "BOX_REVERSED");
  CHECK(box(106, 26, 106, 27) == "BOX_REVERSED");
  CHECK(box(-181, 26, 107, 27) == "BOX_INVALID");
  CHECK(box(106, 26, 107, 91) == "BOX_INVALID");
  CHECK(box(std::nan(""), 26, 107, 27) == "BOX_INVALID");
  CHECK(ReasonOfPolygon({}) == "POLYGON_TOO_FEW");
  CHECK(ReasonOfPolygon({{106, 26}, {107, 26}}) == "POLYGON_TOO_FEW");
  CHECK(ReasonOfPolygon({{106, 26}, {107, 26}, {106, 26}}) == "POLYGON_TOO_FEW");
  CHECK(ReasonOfPolygon({{106, 26}, {107, 26}, {108, 26}}) == "POLYGON_CROSSING");  // no area
  CHECK(ReasonOfPolygon({{106, 26}, {107, 27}, {107, 26}, {106, 27}}) == "POLYGON_CROSSING");
  CHECK(ReasonOfPolygon({{106, 26}, {107, 26}, {107, std::nan("")}}) == "POSITION_INVALID");
  CHECK(ReasonOfPolygon({{106, 26}, {107, 26}, {107, 27}}).empty());
  CHECK(ReasonOfPolygon({{106, 26}, {107, 27}, {107, 26}, {106, 26}}).empty());  // closed
  Points many;
  for (size_t i = 0; i < Area::kMaxPoints; ++i) {
    const double at = 2 * M_PI * static_cast<double>(i) / Area::kMaxPoints;
    many.push_back({106 + std::cos(at), 26 + std::sin(at)});
  }
  CHECK(ReasonOfPolygon(many).empty());
  many.push_back({106.9, 25.9});
  CHECK(ReasonOfPolygon(many) == "POLYGON_TOO_MANY");
}

// A star around a place: never crosses itself.
Points Star(std::mt19937& random, geo::LonLat middle, double reach) {
  Points points;
  const size_t corners = 3 + random() % 9;
  for (size_t i = 0; i < corners; ++i) {
    const double at = 2 * M_PI * static_cast<double>(i) / static_cast<double>(corners);
    const double far = reach * (0.2 + 0.8 * static_cast<double>(random() % 1000) / 1000);
    points.push_back({middle.lon + far * std::cos(at), middle.lat + far * std::sin(at)});
  }
  return points;
}

TEST_CASE(
    "GIS-2 every place that a position of the area lies in meets the area, and none far off") {
  const auto seed = GENERATE(1u, 2u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  const outline::World world = outline::MakeWorld(seed, 3);
  const outline::Outlines& outlines = *world.outlines;
  const auto bounds = outlines.Bounds();
  const double width = bounds.max.lon - bounds.min.lon;
  size_t some = 0, partly = 0;
  for (int round = 0; round < 30; ++round) {
    const auto share = [&] { return static_cast<double>(random() % 1000) / 1000; };
    const Points star = Star(random,
                             {bounds.min.lon + width * share(),
                              bounds.min.lat + (bounds.max.lat - bounds.min.lat) * share()},
                             width * (round % 3 == 0 ? 0.02 : 0.3));
    const auto area = Area::OfPolygon(star);
    REQUIRE(area.ok());
    for (int level = 0; level < 6; ++level) {
      const auto members = outlines.MembersOf(level);
      std::set<uint32_t> met;
      for (const uint32_t order : members) {
        if (area->Meets(outlines, order)) met.insert(order);
      }
      some += met.size();
      partly += met.size() < members.size() ? 1 : 0;
      // Places drawn at random, in the area: whoever they lie in is met.
      for (int i = 0; i < 300; ++i) {
        const geo::LonLat place{bounds.min.lon + width * share(),
                                bounds.min.lat + (bounds.max.lat - bounds.min.lat) * share()};
        if (!area->Contains(geo::ToWorld(place))) continue;
        for (const division::Division& division : outlines.Locate(place)) {
          if (std::binary_search(members.begin(), members.end(), division.order())) {
            REQUIRE(met.count(division.order()) == 1);
          }
        }
      }
      // Whoever is met has a point in the area, or the area one in it, or their borders touch:
      // recounted without boxes and indexes for those said not to be met.
      for (const uint32_t order : members) {
        if (met.count(order) > 0) continue;
        for (const outline::Polygon& polygon : outline::PolygonsOf(outlines, order)) {
          for (const geo::Ring& ring : polygon) {
            for (const geo::Point point : ring) REQUIRE_FALSE(area->Contains(point));
          }
          for (const geo::LonLat corner : star) {
            REQUIRE_FALSE(geo::Contains(polygon[0], geo::ToWorld(corner)));
          }
        }
      }
    }
  }
  CHECK(some > 100);
  CHECK(partly > 30);
}

TEST_CASE("GIS-2 a box around everything meets everything, one far away nothing") {
  const outline::World world = outline::MakeWorld(4);
  const auto all = Area::OfBox(100, 20, 115, 35);
  const auto none = Area::OfBox(10, 20, 15, 35);
  REQUIRE(all.ok());
  REQUIRE(none.ok());
  for (const uint32_t order : world.outlines->MembersOf(5)) {
    CHECK(all->Meets(*world.outlines, order));
    CHECK_FALSE(none->Meets(*world.outlines, order));
  }
}

// Along a sphere, the straight way through the haversine.
double Metres(geo::LonLat a, geo::LonLat b) {
  const double r = M_PI / 180;
  const double h =
      std::pow(std::sin((b.lat - a.lat) * r / 2), 2) +
      std::cos(a.lat * r) * std::cos(b.lat * r) * std::pow(std::sin((b.lon - a.lon) * r / 2), 2);
  return 2 * 6371008.8 * std::asin(std::sqrt(h));
}

TEST_CASE("GIS-2 the nearest outline is the one that a walk along all borders finds") {
  const outline::World world = outline::MakeWorld(6);
  const outline::Outlines& outlines = *world.outlines;
  const auto members = outlines.MembersOf(5);
  const auto bounds = outlines.Bounds();
  std::mt19937 random(6);
  size_t found = 0;
  for (int i = 0; i < 40; ++i) {
    const geo::LonLat place{bounds.min.lon - 0.3 + 0.0123 * static_cast<double>(random() % 100),
                            i % 2 == 0 ? bounds.max.lat + 0.001 * (1 + i) : bounds.min.lat - 0.2};
    double best = 1e12;
    for (const uint32_t order : members) {
      for (const outline::DirectedArc way : outlines.BorderOf(order)) {
        const auto points = outlines.arcs().points_of(outline::ArcOf(way));
        for (size_t p = 1; p < points.size(); ++p) {
          for (int step = 0; step <= 20; ++step) {
            const auto between = [&](int32_t a, int32_t b) {
              return static_cast<int32_t>(a + (int64_t{b} - a) * step / 20);
            };
            best = std::min(best,
                            Metres(place, geo::ToLonLat({between(points[p - 1].x, points[p].x),
                                                         between(points[p - 1].y, points[p].y)})));
          }
        }
      }
    }
    const auto near = outline::FindNearest(outlines, members, place, 50'000);
    if (best > 50'100) {
      CHECK_FALSE(near.has_value());
    } else if (best < 49'900) {
      REQUIRE(near.has_value());
      CHECK(near->distance_m <= best * 1.005 + 1);
      CHECK(near->distance_m >= best * 0.95 - 1);  // between two steps of the walk
      ++found;
    }
  }
  CHECK(found > 10);
  CHECK_FALSE(outline::FindNearest(outlines, members, {10, 50}, 50'000).has_value());
}

}  // namespace
}  // namespace fupin::gis
