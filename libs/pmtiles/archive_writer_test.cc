#include "libs/pmtiles/archive_writer.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <tuple>

#include <zlib.h>
#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"

namespace fupin::pmtiles {
namespace {

class Memory : public ArchiveFile {
 public:
  absl::Status Append(absl::string_view bytes) override {
    bytes_.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  absl::Status WriteAt(uint64_t offset, absl::string_view bytes) override {
    bytes_.replace(offset, bytes.size(), bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

TEST_CASE("GIS-2 tiles have the numbers of the specification's examples", "[pmtiles]") {
  CHECK(TileNumber(0, 0, 0) == 0);
  CHECK(TileNumber(1, 0, 0) == 1);
  CHECK(TileNumber(1, 0, 1) == 2);
  CHECK(TileNumber(1, 1, 1) == 3);
  CHECK(TileNumber(1, 1, 0) == 4);
  CHECK(TileNumber(2, 0, 0) == 5);
  CHECK(TileNumber(12, 3423, 1763) == 19078479);
}

TEST_CASE("GIS-2 neighbours in number are neighbours on the map, and every tile has one number",
          "[pmtiles]") {
  for (const int zoom : {1, 2, 5}) {
    const uint32_t side = uint32_t{1} << zoom;
    std::map<uint64_t, std::pair<uint32_t, uint32_t>> by_number;
    for (uint32_t x = 0; x < side; ++x) {
      for (uint32_t y = 0; y < side; ++y) by_number[TileNumber(zoom, x, y)] = {x, y};
    }
    REQUIRE(by_number.size() == size_t{side} * side);
    CHECK(by_number.begin()->first == (by_number.size() - 1) / 3);
    CHECK(by_number.rbegin()->first == by_number.begin()->first + by_number.size() - 1);
    auto before = by_number.begin()->second;
    for (const auto& [number, at] : by_number) {
      const int dx = static_cast<int>(at.first) - static_cast<int>(before.first);
      const int dy = static_cast<int>(at.second) - static_cast<int>(before.second);
      CHECK((number == by_number.begin()->first || std::abs(dx) + std::abs(dy) == 1));
      before = at;
    }
  }
}

// A map of many tiles, some the same: (z, x, y) -> bytes.
std::map<std::tuple<int, uint32_t, uint32_t>, std::string> ManyTiles(int top_zoom, size_t spread) {
  std::mt19937 random(7);
  std::map<std::tuple<int, uint32_t, uint32_t>, std::string> tiles;
  for (int zoom = 0; zoom <= top_zoom; ++zoom) {
    for (uint32_t x = 0; x < uint32_t{1} << zoom; ++x) {
      for (uint32_t y = 0; y < uint32_t{1} << zoom; ++y) {
        const uint32_t draw = random() % 8;
        if (draw == 0) continue;
        // Half of the tiles are the same ones, often side by side.
        tiles[{zoom, x, y}] =
            draw < 5 ? "sea" : absl::StrCat("tile ", zoom, "/", x, "/", y, " ", random() % spread);
      }
    }
  }
  return tiles;
}

std::string Make(const std::map<std::tuple<int, uint32_t, uint32_t>, std::string>& tiles,
                 uint64_t* different = nullptr) {
  std::map<uint64_t, std::string> by_number;
  int top = 0;
  for (const auto& [at, bytes] : tiles) {
    by_number[TileNumber(std::get<0>(at), std::get<1>(at), std::get<2>(at))] = bytes;
    top = std::max(top, std::get<0>(at));
  }
  Memory file;
  ArchiveWriter writer(file, Gzip);
  for (const auto& [number, bytes] : by_number) REQUIRE(writer.Add(number, bytes).ok());
  About about{0, top, 103.5, 24.6, 109.6, 29.25, R"({"name":"合成","vector_layers":[]})"};
  REQUIRE(writer.Finish(about).ok());
  CHECK(writer.tiles() == tiles.size());
  if (different != nullptr) *different = writer.different();
  return file.bytes();
}

std::string Unzip(const std::string& bytes) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string out;
  char piece[4096];
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    code = inflate(&stream, Z_NO_FLUSH);
    out.append(piece, sizeof piece - stream.avail_out);
  }
  inflateEnd(&stream);
  REQUIRE(code == Z_STREAM_END);
  return out;
}

uint64_t Number(const std::string& bytes, size_t at) {
  uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

TEST_CASE(
    "GIS-2 the header says where everything lies, equal tiles are stored once, runs are one entry",
    "[pmtiles]") {
  const auto tiles = ManyTiles(6, 1);
  uint64_t different = 0;
  const std::string archive = Make(tiles, &different);
  CHECK(absl::StartsWith(archive, "PMTiles\x03"));
  CHECK(Number(archive, 8) == 127);
  CHECK(Number(archive, 8) + Number(archive, 16) <= 16384);
  CHECK(Number(archive, 48) == 0);  // no leaves
  CHECK(Number(archive, 72) == tiles.size());
  CHECK(Number(archive, 80) < tiles.size());
  CHECK(Number(archive, 88) == different);
  CHECK(Number(archive, 56) + Number(archive, 64) == Number(archive, 24));
  CHECK(Number(archive, 24) + Number(archive, 32) == archive.size());
  CHECK(Unzip(archive.substr(Number(archive, 24), Number(archive, 32))) ==
        R"({"name":"合成","vector_layers":[]})");
  size_t stored = 0;
  for (size_t at = 0; (at = archive.find(Gzip("sea"), at)) != std::string::npos; ++at) ++stored;
  CHECK(stored == 1);
  // An archive of nothing is one as well.
  CHECK(Number(Make({}), 72) == 0);
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// With the reader of browsers (npm package pmtiles): what is there, and what is not.
void CheckWithReader(const std::map<std::tuple<int, uint32_t, uint32_t>, std::string>& tiles,
                     size_t every) {
  const std::string archive = Make(tiles);
  testing::TempDir dir;
  std::ofstream(dir / "map.pmtiles", std::ios::binary) << archive;
  std::ofstream list(dir / "tiles.txt");
  int top = 0;
  std::vector<std::tuple<int, uint32_t, uint32_t>> asked;
  for (const auto& [at, bytes] : tiles) top = std::max(top, std::get<0>(at));
  size_t n = 0;
  for (int zoom = 0; zoom <= top; ++zoom) {
    for (uint32_t x = 0; x < uint32_t{1} << zoom; ++x) {
      for (uint32_t y = 0; y < uint32_t{1} << zoom; ++y) {
        if (++n % every != 0) continue;
        asked.emplace_back(zoom, x, y);
        list << zoom << "/" << x << "/" << y << "\n";
      }
    }
  }
  list.close();
  testing::ChildProcess node(
      {"/usr/bin/env", "node", FUPIN_BINARY_DIR "/map_readers/read_archive.mjs",
       dir / "map.pmtiles", dir / "tiles.txt", dir.path()},
      dir / "log");
  const int code = node.Wait(absl::Seconds(120));
  INFO(Read(dir / "log"));
  REQUIRE(code == 0);
  const std::string about = Read(dir / "about.json");
  CHECK(absl::StrContains(about, "合成"));
  CHECK(absl::StrContains(about, absl::StrCat("\"maxZoom\":", top)));
  CHECK(absl::StrContains(about, "\"minLon\":103.5"));
  CHECK(absl::StrContains(about, "\"maxLat\":29.25"));
  size_t there = 0, wrong = 0;
  for (const auto& at : asked) {
    const auto& [z, x, y] = at;
    const std::string got = Read(dir / absl::StrCat(z, "-", x, "-", y, ".mvt"));
    const auto made = tiles.find(at);
    wrong += got != (made == tiles.end() ? "" : made->second) ? 1 : 0;
    there += got.empty() ? 0 : 1;
  }
  CHECK(there > asked.size() / 2);
  CHECK(wrong == 0);
}

TEST_CASE("GIS-2 the reader that browsers use finds every tile of a small archive", "[pmtiles]") {
  CheckWithReader(ManyTiles(5, 1), 1);
}

TEST_CASE("GIS-2 the reader that browsers use finds tiles by leaf directories", "[pmtiles]") {
  const auto tiles = ManyTiles(8, 1000);
  REQUIRE(Number(Make(tiles), 48) > 0);
  CheckWithReader(tiles, 29);
}

TEST_CASE("GIS-2 a file that cannot be written and a tile that cannot be compressed are told",
          "[pmtiles]") {
  class Full : public Memory {
   public:
    absl::Status Append(absl::string_view) override { return absl::UnavailableError("full"); }
  } full;
  CHECK_FALSE(ArchiveWriter(full, Gzip).Add(0, "a").ok());
  CHECK_FALSE(ArchiveWriter(full, Gzip).Finish({}).ok());
  Memory memory;
  CHECK(
      ArchiveWriter(memory, [](const std::string&) { return std::string(); }).Add(0, "a").code() ==
      absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace fupin::pmtiles
