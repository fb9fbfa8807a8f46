// How long a tile takes: 80 areas with 12 attributes in about 17 KB, in five places of a table of
// 120,000, as when numbers have changed and nothing is cached. Beside it, how fast memory is
// copied.
#include <cstdio>
#include <cstring>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/mvt/polygon_commands.h"
#include "libs/mvt/tile_writer.h"

namespace fupin::mvt {
namespace {

constexpr uint32_t kRows = 120'000;
constexpr uint32_t kAreas = 80;
constexpr int kTiles = 200;
constexpr int kRounds = 50;

struct Corner {
  int32_t x, y;
};

struct Tile {
  std::vector<uint32_t> rows, ends;
  std::vector<std::vector<Corner>> rings;
  std::string geometry;
};

// Of this process, so that other work on the machine does not count.
double CpuMicroseconds() { return static_cast<double>(std::clock()) * 1e6 / CLOCKS_PER_SEC; }

void Report(const char* what, double us, size_t bytes) {
  const double per_tile = us / (kTiles * kRounds);
  std::printf("%-44s %7.2f CPU us a tile, %6zu bytes, %7.0f MB/s\n", what, per_tile, bytes / kTiles,
              static_cast<double>(bytes) / kTiles / per_tile);
}

int Run() {
  std::mt19937 random(20201120);
  StringTable strings;
  std::vector<uint32_t> names, codes;
  for (uint32_t row = 0; row < kRows; ++row) {
    names.push_back(strings.Add(absl::StrCat("自然村", row % 4000)));
    codes.push_back(strings.Add(absl::StrCat(520526100201u + row, "-001")));
  }
  std::vector<std::vector<int32_t>> columns;
  // Degree, poor households, poor persons, incidence, households, persons and counts by cause.
  for (const uint32_t range : {5u, 60u, 240u, 10000u, 500u, 2000u, 20u, 20u, 20u, 20u}) {
    auto& column = columns.emplace_back();
    for (uint32_t row = 0; row < kRows; ++row)
      column.push_back(static_cast<int32_t>(random() % range));
  }
  const std::vector<StringColumn> string_columns{{"name", names}, {"code", codes}};
  std::vector<std::string> keys;
  for (size_t i = 0; i < columns.size(); ++i) keys.push_back(absl::StrCat("number_", i));
  std::vector<IntColumn> int_columns;
  for (size_t i = 0; i < columns.size(); ++i) int_columns.push_back({keys[i], columns[i]});
  const Layer layer{"areas", 4096, string_columns, int_columns};

  std::vector<Tile> tiles(kTiles);
  for (Tile& tile : tiles) {
    const uint32_t first = random() % (kRows - 5 * kAreas);
    for (uint32_t i = 0; i < kAreas; ++i) {
      tile.rows.push_back(first + i + i / 16 * 40);
      auto& ring = tile.rings.emplace_back();
      Corner at{static_cast<int32_t>(random() % 4096), static_cast<int32_t>(random() % 4096)};
      for (int k = 0; k < 44; ++k) {
        at = {at.x + static_cast<int32_t>(random() % 120) - 60,
              at.y + static_cast<int32_t>(random() % 120) - 60};
        ring.push_back(at);
      }
      PolygonCommands(tile.geometry).AddRing(absl::MakeConstSpan(ring));
      tile.ends.push_back(static_cast<uint32_t>(tile.geometry.size()));
    }
  }

  TileWriter writer(strings);
  size_t bytes = 0;
  for (const bool encode : {false, true}) {
    std::string geometry;
    std::vector<uint32_t> ends;
    double start = CpuMicroseconds();
    for (int round = 0; round < kRounds; ++round) {
      bytes = 0;
      for (const Tile& tile : tiles) {
        writer.Clear();
        if (encode) {
          geometry.clear();
          ends.clear();
          for (const auto& ring : tile.rings) {
            PolygonCommands(geometry).AddRing(absl::MakeConstSpan(ring));
            ends.push_back(static_cast<uint32_t>(geometry.size()));
          }
          writer.AddPolygons(layer, {tile.rows, ends, geometry});
        } else {
          writer.AddPolygons(layer, {tile.rows, tile.ends, tile.geometry});
        }
        bytes += writer.bytes().size();
      }
    }
    Report(encode ? "shapes encoded from points" : "shapes copied (target 10 us)",
           CpuMicroseconds() - start, bytes);
  }

  std::string copy(1 << 16, '\0');
  std::vector<std::string> made;
  for (const Tile& tile : tiles) {
    writer.Clear();
    writer.AddPolygons(layer, {tile.rows, tile.ends, tile.geometry});
    made.emplace_back(writer.bytes());
  }
  const double start = CpuMicroseconds();
  size_t seen = 0;
  for (int round = 0; round < kRounds; ++round) {
    for (const std::string& tile : made) {
      std::memcpy(copy.data(), tile.data(), tile.size());
      seen += static_cast<unsigned char>(copy[static_cast<size_t>(round)]);
    }
  }
  Report("memory copied (the limit)", CpuMicroseconds() - start, bytes);
  return seen == 0;
}

}  // namespace
}  // namespace fupin::mvt

int main() { return fupin::mvt::Run(); }
