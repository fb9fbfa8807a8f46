#include "tests/bench/map/pyramid.h"

#include <algorithm>
#include <utility>

#include "libs/status/macros.h"

namespace fupin::bench::map {

const Storey& StoreyOf(int zoom) {
  for (const Storey& storey : kStoreys) {
    if (zoom >= storey.min_zoom && zoom <= storey.max_zoom) return storey;
  }
  FUPIN_CHECK(false);
}

Pyramid::Pyramid(const Province& province) : tree_(province.tree()), builder_(province.outlines()) {
  for (const Storey& storey : kStoreys) {
    shapes_.emplace_back(*province.outlines(),
                         province.outlines()->MembersOf(*tree_.LevelIndex(storey.level)));
  }
}

int Pyramid::LevelAt(int zoom) const { return *tree_.LevelIndex(StoreyOf(zoom).level); }

std::vector<geo::TileId> Pyramid::Tiles(int zoom) const {
  std::vector<geo::TileId> tiles = builder_.Tiles(LevelAt(zoom), zoom);
  outline::TileGeometry geometry;
  std::erase_if(tiles, [&](geo::TileId tile) {
    builder_.Build(tile, LevelAt(zoom), geometry);
    return geometry.members.empty();
  });
  return tiles;
}

std::vector<geo::TileId> Pyramid::List(int samples) const {
  std::vector<geo::TileId> list;
  Random random;
  for (int zoom = kMinZoom; zoom <= kMaxZoom; ++zoom) {
    if (zoom <= 9) {
      for (const geo::TileId tile : Tiles(zoom)) list.push_back(tile);
      continue;
    }
    const auto tiles = builder_.Tiles(LevelAt(zoom), zoom);
    for (int i = 0; i < samples;) {
      const geo::TileId tile = tiles[random.Next() % tiles.size()];
      if (Members(tile).empty() || std::find(list.begin(), list.end(), tile) != list.end())
        continue;
      list.push_back(tile);
      ++i;
    }
  }
  for (size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random.Next() % i]);
  return list;
}

std::vector<uint32_t> Pyramid::Members(geo::TileId tile) const {
  return builder_.Build(tile, LevelAt(tile.zoom())).members;
}

const outline::LevelShapes& Pyramid::Shapes(const Storey& storey) const {
  return shapes_[static_cast<size_t>(&storey - kStoreys)];
}

std::vector<Pyramid::Ring> Pyramid::Rings(const Storey& storey, size_t i, int zoom) const {
  const outline::LevelShapes& shapes = Shapes(storey);
  std::vector<Ring> rings;
  bool outer_shows = false;
  for (uint32_t r = shapes.ring_begins[i]; r < shapes.ring_begins[i + 1]; ++r) {
    Ring ring{{}, shapes.rings[r].hole};
    for (uint32_t w = shapes.rings[r].begin; w < shapes.rings[r].end; ++w) {
      const outline::DirectedArc way = shapes.ways[w];
      const uint32_t line = outline::ArcOf(way);
      const uint32_t begin = shapes.lines.begins[line], end = shapes.lines.begins[line + 1];
      // Without the last, which begins the next way.
      for (uint32_t k = 0; k + 1 < end - begin; ++k) {
        const uint32_t point = way < 0 ? end - 1 - k : begin + k;
        if (k == 0 || shapes.zooms[point] <= zoom) {
          ring.points.push_back(shapes.lines.points[point]);
        }
      }
    }
    if (!ring.hole) outer_shows = ring.points.size() >= 3;
    if (outer_shows && ring.points.size() >= 3) rings.push_back(std::move(ring));
  }
  return rings;
}

}  // namespace fupin::bench::map
