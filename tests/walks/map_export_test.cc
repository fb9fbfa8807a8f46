// Files of the map through the gateway: what is in them, and for whom.
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"
#include "services/fupinctl/https_client.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using gis::v1::GisService;
using identification::v1::IdentificationService;

constexpr char kTownship[] = "520102016";  // holds the village of all surveys here

void SurveyHouseholds(const World& world, int households) {
  auto stub = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  for (int h = 0; h < households; ++h) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    identification::v1::SubmitSurveyResponse response;
    REQUIRE(stub->SubmitSurvey(&context, Survey(h, 2 * h, 2), &response).ok());
  }
}

int64_t HouseholdsOf(GisService::Stub& map, const std::string& division) {
  gis::v1::GetCellRequest get;
  get.set_division(division);
  gis::v1::CellWithParts cell;
  grpc::ClientContext context;
  return map.GetCell(&context, get, &cell).ok() ? cell.cell().counts().household_count() : -1;
}

fupinctl::HttpsAnswer Get(fupinctl::HttpsClient& client, const std::string& path) {
  const auto answer = client.Send("GET", path, "", {});
  if (!answer.ok()) FAIL(answer.status());
  return *answer;
}

std::string HeaderOf(const fupinctl::HttpsAnswer& answer, const std::string& name) {
  for (absl::string_view line : absl::StrSplit(answer.headers, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (absl::EqualsIgnoreCase(parts.first, name)) {
      return std::string(absl::StripAsciiWhitespace(parts.second));
    }
  }
  return "";
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The tiles of the list as they are in the archive, in its order.
std::vector<std::string> TilesIn(const std::string& archive, const std::vector<std::string>& list) {
  testing::TempDir dir;
  std::ofstream(dir / "map.pmtiles", std::ios::binary) << archive;
  std::ofstream(dir / "tiles.txt") << absl::StrJoin(list, "\n");
  testing::ChildProcess node(
      {"/usr/bin/env", "node", FUPIN_BINARY_DIR "/map_readers/read_archive.mjs",
       dir / "map.pmtiles", dir / "tiles.txt", dir.path()},
      dir / "log");
  const int code = node.Wait(absl::Seconds(60));
  INFO(Read(dir / "log"));
  REQUIRE(code == 0);
  std::vector<std::string> tiles;
  for (const std::string& tile : list) {
    tiles.push_back(Read(dir / absl::StrCat(absl::StrReplaceAll(tile, {{"/", "-"}}), ".mvt")));
  }
  return tiles;
}

// Rows of a table by their code: column name -> text. No cell here has a comma.
std::map<std::string, std::map<std::string, std::string>> TableOf(const std::string& csv) {
  std::map<std::string, std::map<std::string, std::string>> table;
  std::vector<std::string> names;
  int line_number = 0;
  for (const absl::string_view line : absl::StrSplit(csv, "\r\n", absl::SkipEmpty())) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (++line_number == 1) continue;
    if (line_number == 2) names = cells;
    for (size_t i = 0; line_number > 2 && i < cells.size(); ++i) {
      table[cells[0]][names.at(i)] = cells[i];
    }
  }
  return table;
}

// Tiles around a place, one of each zoom.
std::vector<std::string> TilesAround(const gis::v1::Box& box) {
  std::vector<std::string> tiles;
  const double lon = (box.west() + box.east()) / 2;
  const double lat = (box.south() + box.north()) / 2 * M_PI / 180;
  for (int zoom = 0; zoom <= 14; ++zoom) {
    const double n = std::exp2(zoom);
    tiles.push_back(absl::StrCat(zoom, "/", static_cast<int>((lon + 180) / 360 * n), "/",
                                 static_cast<int>((1 - std::asinh(std::tan(lat)) / M_PI) / 2 * n)));
  }
  return tiles;
}

TEST_CASE("GIS-2 SEC-2 files of the map hold what the map sends, for each what he may see",
          "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  world.StartGateway();
  world.Certify(absl::StrCat("officer/", kTownship, "/li"));
  SurveyHouseholds(world, 12);
  auto map = GisService::NewStub(world.ToGis("operator-admin"));
  REQUIRE(Eventually([&] { return HouseholdsOf(*map, "52") == 12; }));
  fupinctl::HttpsClient whole(world.gateway().address(), world.Files("operator-admin"));
  fupinctl::HttpsClient officer(world.gateway().address(),
                                world.Files(absl::StrCat("officer-", kTownship, "-li")));
  fupinctl::HttpsClient stranger(world.gateway().address(), world.Files(""));
  fupinctl::HttpsClient department(world.gateway().address(), world.Files("dept-edu"));
  gis::v1::GetCellRequest get;
  get.set_division(kTownship);
  gis::v1::CellWithParts township;
  grpc::ClientContext context;
  REQUIRE(map->GetCell(&context, get, &township).ok());
  const auto around = TilesAround(township.cell().bounds());

  // The archive: every byte as the tiles of the same caller, and whole though it is large.
  for (fupinctl::HttpsClient* client : {&whole, &officer}) {
    const auto archive =
        Get(*client, absl::StrCat("/map/export?format=pmtiles&division=", kTownship));
    CAPTURE(archive.status == 200 ? "" : archive.body);
    REQUIRE(archive.status == 200);
    CHECK(archive.content_type == "application/vnd.pmtiles");
    CHECK(HeaderOf(archive, "content-length") == absl::StrCat(archive.body.size()));
    const std::string name = HeaderOf(archive, "content-disposition");
    CHECK(absl::StrContains(name, "filename=\"fupin-map-520102016-20"));
    CHECK(absl::StrContains(name, "filename*=UTF-8''%E6%89%B6%E8%B4%AB"));
    const auto tiles = TilesIn(archive.body, around);
    for (size_t i = 0; i < around.size(); ++i) {
      CAPTURE(around[i]);
      CHECK_FALSE(tiles[i].empty());
      CHECK(tiles[i] == Get(*client, absl::StrCat("/map/tiles/", around[i], ".mvt")).body);
    }
  }
  const auto province = Get(whole, "/map/export?format=pmtiles");
  REQUIRE(province.status == 200);
  CHECK(province.body.size() > 4 << 20);
  CHECK(HeaderOf(province, "content-length") == absl::StrCat(province.body.size()));
  CHECK(TilesIn(province.body, {around[0]})[0] ==
        Get(whole, absl::StrCat("/map/tiles/", around[0], ".mvt")).body);

  // Outlines: as many features as places, by a reader that is not ours.
  const auto geojson =
      Get(whole, absl::StrCat("/map/export?format=geojson&level=village&division=", kTownship));
  REQUIRE(geojson.status == 200);
  testing::TempDir dir;
  std::ofstream(dir / "map.geojson") << geojson.body;
  testing::ChildProcess ogr({"/usr/bin/ogrinfo", "-ro", "-al", "-so", dir / "map.geojson"},
                            dir / "log", dir / "out");
  REQUIRE(ogr.Wait(absl::Seconds(60)) == 0);
  CHECK(absl::StrContains(Read(dir / "out"),
                          absl::StrCat("Feature Count: ", township.parts_size(), "\n")));
  CHECK(nlohmann::json::parse(geojson.body)["synthetic"] == true);

  // Tables: sums as the service tells them.
  for (const char* level : {"county", "township", "village", "hamlet"}) {
    CAPTURE(level);
    const auto table = Get(whole, absl::StrCat("/map/export?format=csv&division=52&level=", level));
    REQUIRE(table.status == 200);
    int64_t households = 0;
    for (const auto& [code, row] : TableOf(table.body)) {
      households += std::stoll(row.at("households"));
    }
    CHECK(households == HouseholdsOf(*map, "52"));
  }
  const auto past = Get(whole, "/map/export?format=csv&division=52&level=county&date=2026-01-01");
  for (const auto& [code, row] : TableOf(past.body)) CHECK(row.at("households") == "0");

  // An officer gets the own division when none is named, and no other.
  const auto own = Get(officer, "/map/export?format=csv");
  REQUIRE(own.status == 200);
  const auto rows = TableOf(own.body);
  CHECK(rows.count(kTownship) == 1);
  CHECK(rows.count("52") == 0);
  CHECK(rows.at(kTownship).at("households") == "12");

  const auto refused = [](fupinctl::HttpsClient& client, const std::string& path, int status,
                          const std::string& reason) {
    const auto answer = Get(client, path);
    CAPTURE(path, answer.body);
    CHECK(answer.status == status);
    CHECK(absl::StrContains(answer.body, reason));
  };
  refused(officer, "/map/export?format=csv&division=5203", 403, "DIVISION_NOT_YOURS");
  refused(officer, "/map/export?format=pmtiles&division=52", 403, "DIVISION_NOT_YOURS");
  refused(stranger, "/map/export?format=csv", 401, "SIGN_IN_NEEDED");
  refused(department, "/map/export?format=csv", 403, "MAP_NOT_YOURS");
  refused(stranger, "/map/public/export?format=csv", 404, "EDITION_NONE");
  refused(whole, "/map/export?format=shp", 400, "EXPORT_FORMAT");
  refused(whole, "/map/export?format=csv&division=99", 404, "DIVISION_UNKNOWN");
  refused(whole, "/map/export?format=csv&level=moon", 400, "LEVEL_UNKNOWN");
  refused(whole, "/map/export?format=pmtiles&level=county", 400, "EXPORT_ALL_LEVELS");
  refused(whole, "/map/export?format=csv&division=5201&level=province", 400, "EXPORT_LEVEL_ABOVE");
  refused(whole, "/map/export?format=csv&date=2999-01-01", 400, "DATE_AHEAD");

  // Strangers: what the edition shows, and nothing of what it withholds.
  gis::v1::Edition edition;
  grpc::ClientContext publishing;
  REQUIRE(map->PublishEdition(&publishing, gis::v1::PublishEditionRequest(), &edition).ok());
  const auto open = Get(stranger, "/map/public/export?format=csv&division=520102016001");
  REQUIRE(open.status == 200);
  const auto published = TableOf(open.body);
  CHECK(published.at("520102016001").at("households") == "10");  // of 12
  CHECK(published.at("520102016001").at("shown") == "2");
  CHECK(published.at("520102016001").count("index") == 0);
  CHECK(published.at(kVillage).at("households").empty());
  const auto public_archive =
      Get(stranger, absl::StrCat("/map/public/export?format=pmtiles&division=", kTownship,
                                 "&edition=", edition.date()));
  REQUIRE(public_archive.status == 200);
  const auto tiles = TilesIn(public_archive.body, around);
  for (size_t i = 0; i < around.size(); ++i) {
    CAPTURE(around[i]);
    CHECK(tiles[i] == Get(stranger, absl::StrCat("/map/public/tiles/", around[i], ".mvt")).body);
  }
  refused(stranger, "/map/public/export?format=csv&edition=2020-01-01", 404, "EDITION_UNKNOWN");
  CHECK(absl::StrContains(world.gis().log(), "officer/520102016/li"));
}

}  // namespace
}  // namespace fupin::walks
