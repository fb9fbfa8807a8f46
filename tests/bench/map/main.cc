// The map beside its peers (GIS-1, GIS-2, GIS-3): every target with what was measured, and what the
// peer takes for the same data in the same run. README.md of this folder; started by
// scripts/dev bench-map.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/status/macros.h"
#include "tests/bench/map/bench.h"
#include "tests/bench/map/process_cpu.h"

ABSL_FLAG(bool, quick, false, "few tiles, short loads: does it work, not how fast it is");
ABSL_FLAG(int, hamlets, 120'000, "natural villages");
ABSL_FLAG(std::string, dir, "build/bench-map", "where data is kept and peers are installed");
ABSL_FLAG(std::vector<std::string>, only, {},
          "of tiles,unchanged,updates,reading,freshness,export,memory,checks; none: all");

namespace fupin::bench::map {
namespace {

int64_t DaysAgo(int64_t now_ms, int days) { return now_ms - int64_t{86'400'000} * days; }

// Everything is scored once a month ago, some of it on three later days.
void Fill(Bench& bench, int64_t now_ms) {
  std::vector<Change> changes;
  for (size_t i = 0; i < bench.province.household_count(); ++i) {
    changes.push_back(bench.province.Score(i, DaysAgo(now_ms, 30)));
  }
  const double count = static_cast<double>(changes.size());
  const double before = CpuSeconds(bench.suite.gis_process());
  const double seconds = bench.suite.Take(bench.suite.Events(changes));
  bench.report.Plain("scores taken up at first", count / seconds, "/s");
  bench.report.Plain("CPU of gis for each",
                     (CpuSeconds(bench.suite.gis_process()) - before) * 1e6 / count, "us");
  for (int days = 3; days > 0; --days) {
    bench.time_ms = DaysAgo(now_ms, days);
    bench.suite.Take(
        bench.suite.Events(bench.Changes(static_cast<int>(bench.province.household_count() / 20))));
  }
  bench.time_ms = now_ms;
}

std::vector<Tile> TilesOf(const Pyramid& pyramid, int samples, Bench& bench) {
  std::vector<Tile> tiles;
  for (const geo::TileId id : pyramid.List(samples)) {
    Tile tile{id, pyramid.Members(id), "", "", id.ToString()};
    if (!bench.HouseholdIn(tile.members)) continue;  // nobody lives there: it never changes
    const std::string path = absl::StrCat("/map/tiles/", tile.path, ".mvt");
    tile.plain = RequestFor(path);
    tile.gzip = RequestFor(path, {"Accept-Encoding: gzip"});
    tiles.push_back(std::move(tile));
  }
  return tiles;
}

int Run() {
  const bool quick = absl::GetFlag(FLAGS_quick);
  Settings settings;
  if (quick) settings = {20, 1, 2, 20'000, 3'000, 30, false};
  const std::string dir = std::filesystem::absolute(absl::GetFlag(FLAGS_dir)).string();
  const int hamlets = absl::GetFlag(FLAGS_hamlets);
  Province province(absl::StrCat(dir, "/province-", hamlets), hamlets);
  const Pyramid pyramid(province);
  Suite suite(province);
  auto postgis = PostGis::Start();
  const std::string work = dir + "/work";
  std::filesystem::create_directories(work);
  Bench bench{settings, province, pyramid, suite, postgis.get(), dir + "/node", work};
  bench.list = TilesOf(pyramid, settings.samples, bench);
  std::printf("%s%u divisions, %zu household groups, %zu tiles of zoom %d to %d\n",
              quick ? "QUICK: these figures say that it works, not how fast it is\n" : "",
              province.tree().size(), province.household_count(), bench.list.size(), kMinZoom,
              kMaxZoom);
  Fill(bench, absl::ToUnixMillis(absl::Now()));
  if (postgis == nullptr) {
    bench.report.Note("PostGIS is not installed (scripts/setup bench): nothing to compare with");
  } else {
    bench.report.Plain("PostGIS: loading places and shapes",
                       Seconds([&] { postgis->Load(province, pyramid); }), "s");
  }
  const std::pair<const char*, void (*)(Bench&)> all[] = {
      {"tiles", MeasureTiles},     {"unchanged", MeasureUnchanged}, {"updates", MeasureUpdates},
      {"reading", MeasureReading}, {"freshness", MeasureFreshness}, {"export", MeasureExport},
      {"memory", MeasureMemory},   {"checks", CheckCorrectness}};
  const auto only = absl::GetFlag(FLAGS_only);
  for (const auto& [name, measure] : all) {
    if (only.empty() || std::find(only.begin(), only.end(), name) != only.end()) measure(bench);
  }
  bench.report.Note(
      "Frames a second of the page are not measured: a browser without a graphics card draws in "
      "software, which says nothing about one that has it.");
  std::printf("%d targets missed\n", bench.report.missed());
  return 0;
}

}  // namespace
}  // namespace fupin::bench::map

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return fupin::bench::map::Run();
}
