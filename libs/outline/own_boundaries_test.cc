// The page deploy/geography/OWN_BOUNDARIES.md: its commands are run as they stand there.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "libs/geo/gcj02.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"

namespace fupin::outline {
namespace {

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

struct Step {
  std::string commands;
  std::vector<std::string> lines;  // that must be in what they print
};

// Blocks ```sh with the blocks ```text below them.
std::vector<Step> StepsOf(const std::string& page) {
  std::vector<Step> steps;
  enum { kProse, kCommands, kLines } in = kProse;
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    if (absl::StartsWith(line, "```")) {
      in = line == "```sh" ? kCommands : line == "```text" ? kLines : kProse;
      if (in == kCommands) steps.emplace_back();
    } else if (in == kCommands) {
      absl::StrAppend(&steps.back().commands, line, "\n");
    } else if (in == kLines) {
      steps.back().lines.emplace_back(line);
    }
  }
  return steps;
}

// Squares of a grid; `side` of them in a row share the ground of one. Synthetic.
std::string Squares(const std::string& code_property, const std::string& name_property,
                    const std::vector<std::pair<std::string, std::string>>& codes, double west,
                    double south, double width, int side, bool gcj02) {
  std::string features;
  for (size_t i = 0; i < codes.size(); ++i) {
    const double step = width / side;
    const double x = west + static_cast<double>(i % static_cast<size_t>(side)) * step;
    const double y = south + static_cast<double>(i / static_cast<size_t>(side)) * step;
    std::string ring;
    for (const auto& [dx, dy] : {std::pair(0, 0), {1, 0}, {1, 1}, {0, 1}, {0, 0}}) {
      geo::LonLat place{x + dx * step, y + dy * step};
      if (gcj02) place = geo::Wgs84ToGcj02(place);
      absl::StrAppendFormat(&ring, "%s[%.8f,%.8f]", ring.empty() ? "" : ",", place.lon, place.lat);
    }
    absl::StrAppend(&features, i == 0 ? "" : ",", R"({"type":"Feature","properties":{")",
                    code_property, R"(":")", codes[i].first, R"(",")", name_property, R"(":")",
                    codes[i].second, R"("},"geometry":{"type":"Polygon","coordinates":[[)", ring,
                    "]]}}");
  }
  return absl::StrCat(R"({"type":"FeatureCollection","features":[)", features, "]}");
}

// The three files of the page and the divisions they are of.
void MakeFiles(const testing::TempDir& dir) {
  std::string rows =
      "# levels: province prefecture county township village hamlet\n"
      "52\t\tprovince\t贵州省\n5201\t52\tprefecture\t贵阳市\n520115\t5201\tcounty\t合成县\n"
      "520115100\t520115\ttownship\t合成乡\n";
  std::vector<std::pair<std::string, std::string>> villages, hamlets;
  for (int v = 1; v <= 4; ++v) {
    villages.emplace_back(absl::StrCat("52011510020", v), absl::StrCat("合成村", v));
    absl::StrAppend(&rows, villages.back().first, "\t520115100\tvillage\t", villages.back().second,
                    "\n");
  }
  for (int h = 1; h <= 9; ++h) {
    hamlets.emplace_back(absl::StrCat("520115100201-00", h), absl::StrCat("合成组", h));
    absl::StrAppend(&rows, hamlets.back().first, "\t520115100201\thamlet\t", hamlets.back().second,
                    "\n");
  }
  std::ofstream(dir / "divisions.tsv") << rows;
  std::ofstream(dir / "township.geojson")
      << Squares("XZQDM", "XZQMC", {{"520115100", "合成乡"}}, 106.7, 26.5, 0.04, 1, false);
  std::ofstream(dir / "villages.geojson")
      << Squares("code", "name", villages, 106.7, 26.5, 0.04, 2, false);
  std::ofstream(dir / "hamlets.geojson")
      << Squares("code", "name", hamlets, 106.7, 26.5, 0.02, 3, true);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-s_srs", "EPSG:4490", "-t_srs", "EPSG:4524", "-lco",
                                 "ENCODING=GBK", dir / "townships.shp", dir / "township.geojson"},
        {dir / "villages.gpkg", dir / "villages.geojson"}}) {
    std::vector<std::string> command{"/usr/bin/ogr2ogr"};
    command.insert(command.end(), words.begin(), words.end());
    testing::ChildProcess ogr(command, dir / "ogr.log");
    REQUIRE(ogr.Wait(absl::Seconds(60)) == 0);
  }
}

TEST_CASE("GIS-1 the page on loading one's own boundaries does what it says", "[outline]") {
  const testing::TempDir dir;
  MakeFiles(dir);
  const std::vector<Step> steps =
      StepsOf(ContentOf(FUPIN_SOURCE_DIR "/deploy/geography/OWN_BOUNDARIES.md"));
  REQUIRE(steps.size() >= 6);
  for (const Step& step : steps) {
    CAPTURE(step.commands);
    REQUIRE_FALSE(step.lines.empty());
    // `! command` passes when the command fails, but -e does not see it: asked for by name.
    const std::string script = absl::StrCat(
        "cd '", dir.path(), "' && PATH=" FUPIN_BINARY_DIR "/bin:$PATH && set -e\n", step.commands);
    std::ofstream(dir / "step.sh") << script;
    testing::ChildProcess shell({"/bin/bash", dir / "step.sh"}, dir / "log", dir / "out");
    const int code = shell.Wait(absl::Seconds(60));
    const std::string said = absl::StrCat(ContentOf(dir / "out"), ContentOf(dir / "log"));
    CAPTURE(said);
    REQUIRE(code == 0);
    for (const std::string& line : step.lines) {
      CAPTURE(line);
      CHECK(absl::StrContains(said, line));
    }
    std::filesystem::remove(dir / "log");
  }
}

// fupin_outlines as an operator runs it.
struct Program {
  Program() { MakeFiles(dir); }
  // Exit code; what it printed goes to `said`.
  int Run(const std::vector<std::string>& words, const std::vector<std::string>& before = {}) {
    std::vector<std::string> command = before;
    command.push_back(FUPIN_BINARY_DIR "/bin/fupin_outlines");
    command.insert(command.end(), {"--divisions", dir / "divisions.tsv", "--source_zh", "合成",
                                   "--source_en", "synthetic", "--licence_zh", "测试",
                                   "--licence_en", "test", "--out", dir / "made.binpb"});
    command.insert(command.end(), words.begin(), words.end());
    std::filesystem::remove(dir / "log");
    testing::ChildProcess program(command, dir / "log", dir / "out");
    const int code = program.Wait(absl::Seconds(100));
    said = absl::StrCat(ContentOf(dir / "out"), ContentOf(dir / "log"));
    return code;
  }
  testing::TempDir dir;
  std::string said;
};

// Sanitizers reserve more address space than any limit.
std::vector<std::string> Within([[maybe_unused]] const char* bytes) {
#if !defined(__has_feature)
#define __has_feature(feature) 0
#endif
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return {};
#else
  return {"/usr/bin/prlimit", absl::StrCat("--as=", bytes)};
#endif
}

TEST_CASE("I23 a refused import tells all faults of all files and leaves the old pack as it was",
          "[outline]") {
  Program program;
  const std::string& out = program.dir / "made.binpb";
  CHECK(program.Run({"--geojson", program.dir / "villages.geojson", "--datum", "wgs84"}) == 0);
  const std::string before = ContentOf(out);
  REQUIRE_FALSE(before.empty());
  std::ofstream(program.dir / "eight.geojson")
      << R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"5201"},)"
         R"("geometry":{"type":"Polygon","coordinates":[[[106,26],[106.01,26.01],[106.01,26],)"
         R"([106,26.01],[106,26]]]}}]})";
  std::ofstream(program.dir / "text.geojson") << "no JSON";
  CHECK(program.Run(
            {"--geojson",
             absl::StrCat(program.dir / "villages.geojson", ",", program.dir / "eight.geojson", ",",
                          program.dir / "text.geojson", ",", program.dir / "none.geojson", ",",
                          program.dir / "villages.geojson"),
             "--datum", "wgs84"}) == 1);
  INFO(program.said);
  for (const char* told :
       {"OUTLINE_CROSSING eight.geojson: features[0] 5201 贵阳市", "106.005000,26.005000",
        "GEOJSON_MALFORMED text.geojson", "OUTLINE_FILE none.geojson",
        "OUTLINE_DUPLICATE villages.geojson: features[3] 520115100204 合成村4", "界线自相交"}) {
    CAPTURE(told);
    CHECK(absl::StrContains(program.said, told));
  }
  CHECK(ContentOf(out) == before);
  CHECK_FALSE(std::filesystem::exists(out + ".new"));
}

TEST_CASE("I23 a file of a gigabyte is refused before it is read", "[outline]") {
  Program program;
  std::ofstream(program.dir / "large.geojson") << "{}";
  std::filesystem::resize_file(program.dir / "large.geojson", uintmax_t{1} << 30);
  CHECK(program.Run({"--geojson", program.dir / "large.geojson", "--datum", "wgs84"},
                    Within("300000000")) == 1);
  INFO(program.said);
  CHECK(absl::StrContains(program.said, "OUTLINE_TOO_LARGE large.geojson"));
  CHECK(absl::StrContains(program.said, "at most 536870912"));
}

TEST_CASE("I23 outlines of a million points are read in bounded memory, or refused by a limit",
          "[outline]") {
  Program program;
  const bool slow = GENERATE(false, true);
  CAPTURE(slow);
  // Slow: slanted teeth side by side, whose boxes all overlap.
  std::string ring;
  for (int i = 0; i < 499'998; ++i) {
    const double at = i * 4e-6;
    if (slow) {
      absl::StrAppendFormat(&ring, "[%.6f,%.6f],[%.6f,%.6f],", 100 + at, 20 + at, 110 + at - 8e-6,
                            30 + at - 12e-6);
    } else {
      absl::StrAppendFormat(&ring, "[%.6f,%.6f],[%.6f,%.6f],", 100 + at, 20.0, 100 + at + 2e-6,
                            20.00001);
    }
  }
  absl::StrAppend(&ring, "[125,19],[100,19],[100,20]");
  std::ofstream(program.dir / "long.geojson")
      << R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"52"},)"
         R"("geometry":{"type":"Polygon","coordinates":[[)"
      << ring << "]]}}]}";
  const int code = program.Run({"--geojson", program.dir / "long.geojson", "--datum", "wgs84"},
                               Within("500000000"));
  INFO(program.said);
  CHECK(code == (slow ? 1 : 0));
  CHECK(absl::StrContains(
      program.said,
      slow ? "OUTLINE_TOO_COMPLEX long.geojson: features[0] 52 贵州省" : "1 outlines"));
}

TEST_CASE("I23 without GDAL the message says which package to install", "[outline]") {
  Program program;
  CHECK(program.Run({"--geojson", program.dir / "villages.gpkg", "--datum", "wgs84"},
                    {"/usr/bin/env", "PATH=/nowhere"}) == 1);
  INFO(program.said);
  CHECK(absl::StrContains(program.said, "OGR_MISSING villages.gpkg"));
  CHECK(absl::StrContains(program.said, "apt install gdal-bin"));
}

TEST_CASE("GIS-1 wrong options are told, with what they should be", "[outline]") {
  Program program;
  const std::string villages = program.dir / "villages.geojson";
  CHECK(program.Run({"--geojson", villages}) == 1);
  CHECK(absl::StrContains(program.said, "OUTLINE_DATUM_MISSING"));
  CHECK(program.Run({"--geojson", villages, "--datum", "wgs84", "--outside_m", "1001"}) == 1);
  CHECK(absl::StrContains(program.said, "0.2 to 1000"));
  CHECK(program.Run({"--geojson", villages, "--datum", "wgs84", "--layer", "a,b"}) == 1);
  CHECK(absl::StrContains(program.said, "--layer needs one word"));
  CHECK(program.Run({"--geojson", villages, "--datum", "wgs84", "--expected", "1,2,3"}) == 1);
  CHECK(absl::StrContains(program.said, "west,south,east,north"));
  CHECK(program.Run({"--geojson", villages, "--datum", "wgs84", "--expected", "100,20,101,21"}) ==
        1);
  CHECK(absl::StrContains(program.said, "GEOJSON_FAR_OUTSIDE"));
  CHECK_FALSE(std::filesystem::exists(program.dir / "made.binpb"));
}

}  // namespace
}  // namespace fupin::outline
