// How long the map's geometry takes: loading a pack, preparing all levels, and cutting the whole
// pyramid (county to zoom 6, township 7-8, administrative village 9-10, natural village 11-14).
//
//   fupin_outline_bench PACK DIVISIONS...    a pack made by fupin_outlines
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "libs/division/tree.h"
#include "libs/outline/outlines.h"
#include "libs/outline/tile_builder.h"

namespace fupin::outline {
namespace {

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Floor {
  int first_zoom, last_zoom, level;
};
constexpr Floor kPyramid[] = {{4, 6, 2}, {7, 8, 3}, {9, 10, 4}, {11, 14, 5}};

int Run(const std::string& path, const std::vector<std::string>& divisions) {
  const auto tree = division::Tree::Load(divisions);
  if (!tree.ok()) return std::fprintf(stderr, "%s\n", tree.status().ToString().c_str()), 1;
  double start = CpuSeconds();
  const auto outlines = Outlines::Load(path, *tree);
  if (!outlines.ok()) return std::fprintf(stderr, "%s\n", outlines.status().ToString().c_str()), 1;
  std::printf("load and check %zu points: %.2f CPU-s\n", (*outlines)->arcs().points.size(),
              CpuSeconds() - start);
  start = CpuSeconds();
  const TileBuilder builder(*outlines);
  std::printf("prepare %zu levels: %.2f CPU-s\n", (*tree)->levels().size(), CpuSeconds() - start);

  std::printf("zoom level    tiles  areas in tiles      MB  largest KB  us a tile\n");
  size_t all_tiles = 0, all_areas = 0, all_bytes = 0;
  double all_seconds = 0;
  TileGeometry geometry;
  for (const Floor& floor : kPyramid) {
    for (int zoom = floor.first_zoom; zoom <= floor.last_zoom; ++zoom) {
      size_t tiles = 0, areas = 0, bytes = 0, largest = 0;
      start = CpuSeconds();
      for (const geo::TileId tile : builder.Tiles(floor.level, zoom)) {
        builder.Build(tile, floor.level, geometry);
        if (geometry.members.empty()) continue;
        ++tiles;
        areas += geometry.members.size();
        bytes += geometry.commands.size();
        largest = std::max(largest, geometry.commands.size());
      }
      const double seconds = CpuSeconds() - start;
      std::printf("%4d %5d %8zu %15zu %7.2f %11.1f %10.1f\n", zoom, floor.level, tiles, areas,
                  static_cast<double>(bytes) / 1e6, static_cast<double>(largest) / 1e3,
                  seconds * 1e6 / static_cast<double>(tiles));
      all_tiles += tiles;
      all_areas += areas;
      all_bytes += bytes;
      all_seconds += seconds;
    }
  }
  std::printf("all        %8zu %15zu %7.2f; %.2f CPU-s (target: a few)\n", all_tiles, all_areas,
              static_cast<double>(all_bytes) / 1e6, all_seconds);
  return 0;
}

}  // namespace
}  // namespace fupin::outline

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: fupin_outline_bench PACK DIVISIONS...\n"), 2;
  return fupin::outline::Run(argv[1], std::vector<std::string>(argv + 2, argv + argc));
}
