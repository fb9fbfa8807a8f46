#include "libs/outline/tile_builder.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "libs/geo/clip.h"
#include "libs/mvt/decoded_tile.h"
#include "libs/outline/level_shapes.h"
#include "libs/outline/test_world.h"

namespace fupin::outline {
namespace {

constexpr int64_t kLow = -geo::TileId::kBuffer, kHigh = geo::TileId::kExtent + geo::TileId::kBuffer;

struct Shape {
  uint32_t member;
  std::vector<mvt::DecodedRing> rings;
};

std::vector<Shape> Decode(const TileGeometry& geometry) {
  std::vector<Shape> shapes;
  mvt::TileDecoder decoder;
  for (size_t i = 0; i < geometry.members.size(); ++i) {
    const uint32_t begin = i == 0 ? 0 : geometry.ends[i - 1];
    shapes.push_back(
        {geometry.members[i],
         decoder.Polygon(
             absl::string_view(geometry.commands).substr(begin, geometry.ends[i] - begin))});
  }
  REQUIRE(decoder.wrong == std::vector<std::string>{});
  return shapes;
}

bool OnBufferBorder(mvt::DecodedPoint p) {
  return p.x == kLow || p.x == kHigh || p.y == kLow || p.y == kHigh;
}

// The steps of all shapes that no other shape takes in the other direction.
std::vector<std::pair<mvt::DecodedPoint, mvt::DecodedPoint>> UnsharedSteps(
    const std::vector<Shape>& shapes) {
  std::map<std::pair<mvt::DecodedPoint, mvt::DecodedPoint>, int> steps;
  for (const Shape& shape : shapes) {
    for (const auto& ring : shape.rings) {
      for (size_t i = 0; i < ring.size(); ++i) {
        const auto a = ring[i], b = ring[i + 1 == ring.size() ? 0 : i + 1];
        if (OnBufferBorder(a) && OnBufferBorder(b)) continue;
        if (a < b) {
          ++steps[{a, b}];
        } else {
          --steps[{b, a}];
        }
      }
    }
  }
  std::vector<std::pair<mvt::DecodedPoint, mvt::DecodedPoint>> unshared;
  for (const auto& [step, count] : steps) {
    if (count != 0) unshared.push_back(step);
  }
  return unshared;
}

TEST_CASE("C1 rings of every tile are closed, wound right and inside the buffer",
          "[outline][property]") {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const World world = MakeWorld(seed, 2);
    const TileBuilder builder(world.outlines);
    for (int level = 0; level < 6; ++level) {
      for (int zoom = 0; zoom <= 14; ++zoom) {
        for (const geo::TileId tile : builder.Tiles(level, zoom)) {
          const TileGeometry geometry = builder.Build(tile, level);
          CAPTURE(seed, level, tile.ToString());
          REQUIRE(std::is_sorted(geometry.members.begin(), geometry.members.end()));
          REQUIRE(geometry.ends.size() == geometry.members.size());
          if (!geometry.ends.empty()) REQUIRE(geometry.ends.back() == geometry.commands.size());
          for (const Shape& shape : Decode(geometry)) {
            int64_t area = 0;
            for (const auto& ring : shape.rings) {
              area += mvt::DoubleArea(ring);
              for (const auto point : ring) {
                REQUIRE(
                    (point.x >= kLow && point.x <= kHigh && point.y >= kLow && point.y <= kHigh));
              }
            }
            REQUIRE(area > 0);
          }
        }
      }
    }
  }
}

TEST_CASE("C1 neighbours share every border step at every zoom", "[outline][property]") {
  for (uint64_t seed = 4; seed <= 6; ++seed) {
    const World world = MakeWorld(seed, 3);
    const TileBuilder builder(world.outlines);
    int inner_tiles = 0;
    for (int level = 1; level < 6; ++level) {
      for (int zoom = 8; zoom <= 15; ++zoom) {
        size_t count = 0;
        for (const geo::TileId tile : builder.Tiles(level, zoom)) {
          if (++count > 400) break;
          // Tiles the province fills: nothing in them borders on the outside.
          const auto province = Decode(builder.Build(tile, 0));
          int64_t whole = 0;
          for (const Shape& shape : province) {
            for (const auto& ring : shape.rings) whole += mvt::DoubleArea(ring);
          }
          if (whole != 2 * (kHigh - kLow) * (kHigh - kLow)) continue;
          ++inner_tiles;
          const auto shapes = Decode(builder.Build(tile, level));
          CAPTURE(seed, level, tile.ToString());
          REQUIRE(UnsharedSteps(shapes).empty());
          // And together they fill it: no gap, no overlap.
          int64_t area = 0;
          for (const Shape& shape : shapes) {
            for (const auto& ring : shape.rings) area += mvt::DoubleArea(ring);
          }
          REQUIRE(area == whole);
        }
      }
    }
    CHECK(inner_tiles > 300);
  }
}

TEST_CASE("C1 only the border of the province is unshared where tiles hold it whole", "[outline]") {
  const World world = MakeWorld(7, 2);
  const TileBuilder builder(world.outlines);
  for (int level = 1; level < 6; ++level) {
    for (int zoom = 7; zoom <= 9; ++zoom) {
      for (const geo::TileId tile : builder.Tiles(level, zoom)) {
        if (!tile.Bounds().Contains(world.outlines->WorldBounds(0))) continue;
        // Lines with one member on their sides.
        const LevelShapes shapes(*world.outlines, builder.Members(level));
        std::map<uint32_t, int> sides;
        for (const DirectedArc way : shapes.ways) ++sides[ArcOf(way)];
        std::set<mvt::DecodedPoint> outside;
        for (const auto& [line, count] : sides) {
          REQUIRE(count <= 2);
          if (count == 2) continue;
          for (const geo::Point point : shapes.lines.points_of(line)) {
            const geo::Point local = tile.Local(point);
            outside.insert({local.x, local.y});
          }
        }
        for (const auto& [a, b] : UnsharedSteps(Decode(builder.Build(tile, level)))) {
          REQUIRE(outside.count(a) == 1);
          REQUIRE(outside.count(b) == 1);
        }
      }
    }
  }
}

TEST_CASE("C1 a division inside a tile is drawn exactly as its outline", "[outline]") {
  const World world = MakeWorld(8, 2);
  const TileBuilder builder(world.outlines);
  int compared = 0;
  for (const int zoom : {11, 12, 16}) {
    for (const uint32_t member : builder.Members(5)) {
      const geo::Box& box = world.outlines->WorldBounds(member);
      const geo::TileId tile = geo::TileId::Containing(
          zoom, {box.min.x / 2 + box.max.x / 2, box.min.y / 2 + box.max.y / 2});
      if (!tile.Bounds(geo::TileId::kBuffer).Contains(box)) continue;
      const auto shapes = Decode(builder.Build(tile, 5));
      const auto shape = std::find_if(shapes.begin(), shapes.end(),
                                      [&](const Shape& s) { return s.member == member; });
      REQUIRE(shape != shapes.end());
      std::set<mvt::DecodedPoint> drawn, stored;
      int64_t area = 0;
      for (const auto& ring : shape->rings) {
        drawn.insert(ring.begin(), ring.end());
        area += mvt::DoubleArea(ring);
      }
      for (const DirectedArc way : world.outlines->BorderOf(member)) {
        for (const geo::Point point : world.outlines->arcs().points_of(ArcOf(way))) {
          const geo::Point local = tile.Local(point);
          stored.insert({local.x, local.y});
        }
      }
      CAPTURE(zoom, member);
      // Drawn points are stored ones; at the last zoom all of them.
      REQUIRE(std::includes(stored.begin(), stored.end(), drawn.begin(), drawn.end()));
      if (zoom == 16) REQUIRE(drawn == stored);
      const double unit = std::ldexp(1.0, tile.UnitBits());
      CHECK(static_cast<double>(area) * unit * unit ==
            Approx(static_cast<double>(DoubleAreaOf(*world.outlines, member))).epsilon(0.02));
      ++compared;
    }
  }
  CHECK(compared > 50);
}

TEST_CASE("C1 pieces in the tiles of a zoom add up to the whole", "[outline]") {
  const World world = MakeWorld(9, 2);
  const TileBuilder builder(world.outlines);
  // Without the buffer: cut again to the tile itself.
  for (int zoom = 10; zoom <= 12; ++zoom) {
    std::map<uint32_t, double> areas;
    for (const geo::TileId tile : builder.Tiles(3, zoom)) {
      for (const Shape& shape : Decode(builder.Build(tile, 3))) {
        for (const auto& ring : shape.rings) {
          geo::Ring points, clipped, scratch;
          for (const auto p : ring)
            points.push_back({static_cast<int32_t>(p.x), static_cast<int32_t>(p.y)});
          geo::ClipRing(points, {{0, 0}, {geo::TileId::kExtent, geo::TileId::kExtent}}, clipped,
                        scratch);
          const double unit = std::ldexp(1.0, tile.UnitBits());
          areas[shape.member] += static_cast<double>(geo::DoubleArea(clipped)) * unit * unit;
        }
      }
    }
    CHECK(areas.size() == builder.Members(3).size());
    for (const auto& [member, area] : areas) {
      CAPTURE(zoom, member);
      CHECK(area ==
            Approx(static_cast<double>(DoubleAreaOf(*world.outlines, member))).epsilon(0.03));
    }
  }
}

TEST_CASE("GIS-2 every division drawn at a zoom has one label, inside of it", "[outline]") {
  const World world = MakeWorld(10, 2);
  const TileBuilder builder(world.outlines);
  for (int level = 0; level < 6; ++level) {
    for (const int zoom : {4, 9, 13}) {
      std::map<uint32_t, int> labels;
      for (const geo::TileId tile : builder.Tiles(level, zoom)) {
        const TileGeometry geometry = builder.Build(tile, level);
        for (const mvt::LabelPoint& label : geometry.labels) {
          ++labels[label.row];
          REQUIRE((label.x >= 0 && label.x < 4096 && label.y >= 0 && label.y < 4096));
          REQUIRE(std::binary_search(geometry.members.begin(), geometry.members.end(), label.row));
        }
      }
      CAPTURE(level, zoom);
      if (zoom > 4) CHECK(labels.size() == builder.Members(level).size());
      for (const auto& [member, count] : labels) CHECK(count == 1);
    }
  }
}

TEST_CASE("GIS-2 a tile is the same into used memory and empty far away", "[outline]") {
  const World world = MakeWorld(11, 2);
  const TileBuilder builder(world.outlines);
  TileGeometry used;
  for (const geo::TileId tile : builder.Tiles(4, 12)) {
    builder.Build(tile, 4, used);
    const TileGeometry fresh = builder.Build(tile, 4);
    REQUIRE(used.members == fresh.members);
    REQUIRE(used.commands == fresh.commands);
    REQUIRE(used.ends == fresh.ends);
    REQUIRE(used.labels.size() == fresh.labels.size());
  }
  builder.Build(*geo::TileId::Create(12, 0, 0), 4, used);
  CHECK(used.members.empty());
  CHECK(used.commands.empty());
  CHECK(used.labels.empty());
}

TEST_CASE("C1 no tile shows a division that Tiles does not list", "[outline]") {
  const World world = MakeWorld(12, 2);
  const TileBuilder builder(world.outlines);
  for (int zoom = 6; zoom <= 12; ++zoom) {
    const auto listed = builder.Tiles(5, zoom);
    CHECK(std::is_sorted(listed.begin(), listed.end()));
    const geo::TileId first = geo::TileId::Containing(zoom, world.outlines->WorldBounds(0).min);
    const geo::TileId last = geo::TileId::Containing(zoom, world.outlines->WorldBounds(0).max);
    for (uint32_t y = first.y() - 2; y <= last.y() + 2; ++y) {
      for (uint32_t x = first.x() - 2; x <= last.x() + 2; ++x) {
        const geo::TileId tile = *geo::TileId::Create(zoom, x, y);
        if (!builder.Build(tile, 5).members.empty())
          REQUIRE(std::binary_search(listed.begin(), listed.end(), tile));
      }
    }
  }
}

}  // namespace
}  // namespace fupin::outline
