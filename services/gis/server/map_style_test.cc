#include "services/gis/server/map_style.h"

#include <fstream>
#include <iterator>
#include <regex>

#include <catch2/catch.hpp>

#include "libs/outline/test_world.h"
#include "libs/status/status.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"

namespace fupin::gis {
namespace {

using nlohmann::json;

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> All(const std::string& text, const std::string& pattern) {
  std::vector<std::string> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    found.push_back((*at)[at->size() - 1]);
  }
  return found;
}

// The steps of a theme: colours and the breaks between them.
json StepsOf(const json& style) {
  for (const json& layer : style["layers"]) {
    if (layer["id"] == "area-county") return layer["paint"]["fill-color"].back();
  }
  return {};
}

TEST_CASE("GIS-2 the style has the classes and colours of the web app") {
  const std::string source = Read(FUPIN_SOURCE_DIR "/services/gateway/web/src/map/breaks.ts");
  const auto line = All(source, "const ramp = \\[([^\\]]*)\\]");
  REQUIRE(line.size() == 1);
  const auto ramp = All(line[0], "'(#[0-9a-f]{6})'");
  REQUIRE(ramp.size() == 7);
  const auto no_data = All(source, "noData = '(#[0-9a-f]{6})'");
  REQUIRE(no_data.size() == 1);
  const outline::World world = outline::MakeWorld(1);
  const Shapes shapes(world.outlines, {{0, 0, 4}, {1, 5, 6}, {2, 7, 8}});
  for (const std::string theme : {"incidence", "possibly", "index"}) {
    CAPTURE(theme);
    const auto breaks = All(source, theme + ": \\[([0-9, ]*)\\]");
    REQUIRE(breaks.size() == 1);
    const auto edges = All(breaks[0], "([0-9]+)");
    REQUIRE(edges.size() == 6);
    auto colours = ramp;
    if (theme == "index") std::reverse(colours.begin(), colours.end());
    const auto style = MapStyle(shapes, {.theme = theme});
    REQUIRE(style.ok());
    const json steps = StepsOf(*style);
    REQUIRE(steps.size() == 2 + 7 + 6);
    for (size_t i = 0; i < 7; ++i) CHECK(steps[2 + 2 * i] == colours[i]);
    for (size_t i = 0; i < 6; ++i) CHECK(steps[3 + 2 * i] == std::stoi(edges[i]));
    CHECK(style->dump().find(no_data[0]) != std::string::npos);
  }
}

TEST_CASE("GIS-2 MapLibre takes every style, and nothing in it comes from elsewhere") {
  const outline::World world = outline::MakeWorld(1);
  const Shapes shapes(world.outlines,
                      {{0, 0, 4}, {1, 5, 6}, {2, 7, 8}, {3, 9, 10}, {4, 11, 12}, {5, 13, 14}});
  testing::TempDir dir;
  for (const bool of_public : {false, true}) {
    for (const std::string theme : {"", "incidence", "possibly", "index"}) {
      CAPTURE(theme, of_public);
      const auto style =
          MapStyle(shapes, {theme, "https://localhost:7443", "2026-01-01", of_public});
      if (of_public && theme == "index") {
        CHECK(ReasonOf(style.status()) == "THEME_UNKNOWN");  // not published
        continue;
      }
      REQUIRE(style.ok());
      CHECK((*style)["layers"].size() == 1 + 3 * 6);
      CHECK(style->count("glyphs") + style->count("sprite") == 0);
      CHECK((*style)["sources"]["map"]["tiles"][0] ==
            (of_public
                 ? "https://localhost:7443/map/public/tiles/{z}/{x}/{y}.mvt?edition=2026-01-01"
                 : "https://localhost:7443/map/tiles/{z}/{x}/{y}.mvt?date=2026-01-01"));
      std::ofstream(dir / "style.json") << style->dump();
      testing::ChildProcess node(
          {"/usr/bin/env", "node", FUPIN_BINARY_DIR "/map_readers/check_style.mjs",
           dir / "style.json"},
          dir / "log", dir / "out");
      const int code = node.Wait(absl::Seconds(60));
      INFO(Read(dir / "out") << Read(dir / "log"));
      CHECK(code == 0);
    }
  }
  CHECK(ReasonOf(MapStyle(shapes, {.theme = "moon"}).status()) == "THEME_UNKNOWN");
}

}  // namespace
}  // namespace fupin::gis
