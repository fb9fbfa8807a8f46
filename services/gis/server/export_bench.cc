// How long files of a whole province take, and how large they are; and finding the cells of an
// area. Numbers are drawn at random.
//
//   fupin_export_bench PACK DIVISIONS...    a pack made by fupin_outlines
#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "libs/division/tree.h"
#include "libs/outline/outlines.h"
#include "services/gis/server/area.h"
#include "services/gis/server/columns.h"
#include "services/gis/server/export_csv.h"
#include "services/gis/server/export_geojson.h"
#include "services/gis/server/export_pmtiles.h"

namespace fupin::gis {
namespace {

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

long PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

void Fill(const division::Tree& tree, Columns& columns) {
  std::mt19937 random(1);
  std::vector<Counts> sums(tree.size());
  for (const division::Division& place : tree.all()) {
    for (int h = 0; place.children().empty() && h < 60; ++h) {
      const Counts counts =
          CountsOf(static_cast<PovertyClass>(1 + random() % 4), 1 + static_cast<int>(random() % 6),
                   static_cast<int32_t>(random() % 10001));
      for (const division::Division& above : place.Path()) sums[above.order()] += counts;
    }
  }
  for (uint32_t i = 0; i < tree.size(); ++i) columns.Set(i, sums[i]);
}

// In a star of 1,000 points over much of the province.
void FindCells(const Shapes& shapes, int level) {
  const auto bounds = shapes.outlines().Bounds();
  const double reach = (bounds.max.lat - bounds.min.lat) / 2;
  std::vector<geo::LonLat> star;
  for (size_t i = 0; i < Area::kMaxPoints; ++i) {
    const double at = 2 * M_PI * static_cast<double>(i) / Area::kMaxPoints;
    const double far = reach * (i % 2 == 0 ? 1 : 0.8);
    star.push_back({(bounds.min.lon + bounds.max.lon) / 2 + far * std::cos(at),
                    (bounds.min.lat + bounds.max.lat) / 2 + far * std::sin(at)});
  }
  const double start = CpuSeconds();
  const auto area = Area::OfPolygon(star);
  if (!area.ok()) return;
  size_t found = 0;
  for (const uint32_t order : shapes.builder().Members(level)) {
    found += area->Meets(shapes.outlines(), order) ? 1 : 0;
  }
  std::printf("cells of a polygon of %zu points          %7.3f CPU-s, %zu found\n", star.size(),
              CpuSeconds() - start, found);
}

int Run(const std::string& path, const std::vector<std::string>& divisions) {
  const auto tree = division::Tree::Load(divisions);
  if (!tree.ok()) return std::fprintf(stderr, "%s\n", tree.status().ToString().c_str()), 1;
  const auto outlines = outline::Outlines::Load(path, *tree);
  if (!outlines.ok()) return std::fprintf(stderr, "%s\n", outlines.status().ToString().c_str()), 1;
  const Shapes shapes(*outlines,
                      {{0, 0, 4}, {1, 5, 6}, {2, 7, 8}, {3, 9, 10}, {4, 11, 12}, {5, 13, 14}});
  Columns columns(shapes.rests().rows());
  Fill(**tree, columns);
  ExportSubject subject{shapes, *(*tree)->tops().begin(), std::nullopt, false, "2026-01-01"};
  for (const mvt::IntColumn& column : columns.ForTiles()) subject.numbers.push_back(column);
  std::printf("%u places, peak before %ld MB\n", (*tree)->size(), PeakMegabytes());
  const auto measure = [&](const char* name, auto write) {
    auto file = ScratchFile::Create("/tmp");
    if (!file.ok()) return;
    const double start = CpuSeconds();
    if (!write(subject, **file).ok()) return;
    std::printf("%-34s %7.2f CPU-s %8.2f MB, peak %ld MB\n", name, CpuSeconds() - start,
                static_cast<double>((*file)->size()) / 1e6, PeakMegabytes());
  };
  measure("pmtiles, all zooms (target: 3)", WritePmtiles);
  measure("csv, everything", WriteCsv);
  subject.level = static_cast<int>((*tree)->levels().size()) - 1;
  FindCells(shapes, *subject.level);
  measure("geojson, natural villages", WriteGeoJson);
  return 0;
}

}  // namespace
}  // namespace fupin::gis

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: fupin_export_bench PACK DIVISIONS...\n"), 2;
  return fupin::gis::Run(argv[1], std::vector<std::string>(argv + 2, argv + argc));
}
