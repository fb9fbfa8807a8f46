// What all measurements of the map share.
#ifndef FUPIN_TESTS_BENCH_MAP_BENCH_H_
#define FUPIN_TESTS_BENCH_MAP_BENCH_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/map/postgis.h"
#include "tests/bench/map/province.h"
#include "tests/bench/map/pyramid.h"
#include "tests/bench/map/report.h"
#include "tests/bench/map/suite.h"

namespace fupin::bench::map {

struct Settings {
  int samples = 123;      // tiles of each zoom from 10 on: 745 with those above
  int rounds = 5;         // of each measurement; the median counts
  double seconds = 8;     // of each load
  int updates = 200'000;  // for the map
  int peer_updates = 20'000;
  int freshness = 200;  // updates whose arrival is awaited
  bool whole = true;    // every tile, the whole province's export
};

struct Tile {
  geo::TileId id;
  std::vector<uint32_t> members;
  std::string plain;  // request without and with compression
  std::string gzip;
  std::string path;  // "13/6501/3521"
};

struct Bench {
  const Settings settings;
  Province& province;
  const Pyramid& pyramid;
  Suite& suite;
  PostGis* postgis;      // null: not installed
  std::string peer_dir;  // with the installed npm packages, or not there
  std::string work_dir;
  std::vector<Tile> list;
  Report report;
  Random random;
  int64_t time_ms = 0;  // of the scores made

  // A household somewhere in one of the places; nothing where nobody lives.
  std::optional<size_t> HouseholdIn(const std::vector<uint32_t>& places);
  // A household anywhere.
  size_t AnyHousehold() { return random.Next() % province.household_count(); }
  std::vector<Change> Changes(int count);
  // Makes every tile of the list another one, on the map; settled when it returns.
  void ChangeEveryTile();
};

// The middle one.
double Median(std::vector<double> values);

void MeasureTiles(Bench& bench);      // G1 G3 G8 G11
void MeasureUnchanged(Bench& bench);  // G2
void MeasureUpdates(Bench& bench);    // G4 G5
void MeasureReading(Bench& bench);    // G6
void MeasureFreshness(Bench& bench);  // G7, and G8's events
void MeasureExport(Bench& bench);     // G9
void MeasureMemory(Bench& bench);     // G10
void CheckCorrectness(Bench& bench);  // C1

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_BENCH_H_
