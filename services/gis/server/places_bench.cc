// How long finding a place takes, and making it possible.
//
//   fupin_places_bench PINYIN DIVISIONS...
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "libs/config/config.h"
#include "services/gis/server/places.h"

namespace fupin::gis {
namespace {

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Memory in use now.
long Kilobytes() {
  long total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE) / 1024;
}

int Run(const std::string& readings, const std::vector<std::string>& divisions) {
  const auto tree = division::Tree::Load(divisions);
  if (!tree.ok()) return std::fprintf(stderr, "%s\n", tree.status().ToString().c_str()), 1;
  const auto rows = config::ReadFile(readings);
  if (!rows.ok()) return std::fprintf(stderr, "%s\n", rows.status().ToString().c_str()), 1;
  double start = CpuSeconds();
  long before = Kilobytes();
  const auto pinyin = pinyin::Pinyin::Create(*rows);
  if (!pinyin.ok()) return std::fprintf(stderr, "%s\n", pinyin.status().ToString().c_str()), 1;
  std::printf("readings of ICU: %.3f CPU-s, %.1f MB\n", CpuSeconds() - start,
              static_cast<double>(Kilobytes() - before) / 1024);
  start = CpuSeconds();
  before = Kilobytes();
  const Places places(**tree, **pinyin);
  std::printf("%u names: %.3f CPU-s, %.1f MB\n", (*tree)->size(), CpuSeconds() - start,
              static_cast<double>(Kilobytes() - before) / 1024);
  for (const char* text : {"gy", "guiyang", "y", "贵阳", "村", "寨", "5201", "nothing like it"}) {
    std::vector<double> times;
    size_t found = 0;
    for (int i = 0; i < 50; ++i) {
      start = CpuSeconds();
      found = places.Find(text, 10).size();
      times.push_back(CpuSeconds() - start);
    }
    std::sort(times.begin(), times.end());
    std::printf("  %-16s %2zu found, median %.2f ms, worst %.2f ms (target: 5)\n", text, found,
                1e3 * times[25], 1e3 * times[49]);
  }
  return 0;
}

}  // namespace
}  // namespace fupin::gis

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: fupin_places_bench PINYIN DIVISIONS...\n"), 2;
  return fupin::gis::Run(argv[1], std::vector<std::string>(argv + 2, argv + argc));
}
