// From a household's score to the map, through real processes.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <catch2/catch.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"
#include "services/fupinctl/https_client.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using gis::v1::GisService;
using identification::v1::IdentificationService;

template <typename Response, typename Request, typename Stub>
absl::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  context.set_wait_for_ready(true);
  response->Clear();
  return rpc::FromGrpc((stub.*method)(&context, request, response));
}

std::string SubmitTo(const World& world, const identification::v1::SubmitSurveyRequest& request) {
  auto stub = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  identification::v1::SubmitSurveyResponse response;
  const absl::Status status =
      Call(*stub, &IdentificationService::Stub::SubmitSurvey, request, &response);
  CAPTURE(status);
  CHECK(status.ok());
  return response.household();
}

gis::v1::CellWithParts CellOf(GisService::Stub& map, const std::string& division,
                              const std::string& date = "") {
  gis::v1::GetCellRequest get;
  get.set_division(division);
  get.set_date(date);
  gis::v1::CellWithParts cell;
  const absl::Status status = Call(map, &GisService::Stub::GetCell, get, &cell);
  CAPTURE(status);
  CHECK(status.ok());
  return cell;
}

// The map says of a division what identification says of it.
bool SameAsTotals(const World& world, const std::string& division) {
  auto map = GisService::NewStub(world.ToGis("operator-admin"));
  auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  identification::v1::GetTotalsRequest get;
  get.set_division(division);
  identification::v1::Totals totals;
  identification::v1::Overview overview;
  if (!Call(*reader, &IdentificationService::Stub::GetOverview,
            identification::v1::GetOverviewRequest(), &overview)
           .ok() ||
      overview.pending_count() > 0 ||
      !Call(*reader, &IdentificationService::Stub::GetTotals, get, &totals).ok()) {
    return false;
  }
  const auto cell = CellOf(*map, division).cell().counts();
  return cell.household_count() == totals.total().household_count() &&
         cell.person_count() == totals.total().person_count() &&
         cell.poor_household_count() == totals.total().poor_count() &&
         cell.possibly_poor_household_count() == totals.total().possibly_poor_count() &&
         cell.stable_household_count() == totals.total().stable_count() &&
         cell.poor_person_count() == totals.total().poor_person_count();
}

TEST_CASE(
    "GIS-1 GIS-2 GIS-3 a household's score is on the map at every level, and can be looked up",
    "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  for (int h = 0; h < 3; ++h) SubmitTo(world, Survey(h, 10 * h, 2));
  CHECK(Eventually([&] { return SameAsTotals(world, "52"); }));
  auto map = GisService::NewStub(world.ToGis("operator-admin"));
  std::string division = "52";
  int levels = 0;
  while (true) {
    const auto cell = CellOf(*map, division);
    CHECK(cell.cell().counts().household_count() == 3);
    CHECK(cell.path_size() == levels);
    ++levels;
    const auto next =
        std::find_if(cell.parts().begin(), cell.parts().end(),
                     [](const gis::v1::Cell& part) { return part.counts().household_count() > 0; });
    if (next == cell.parts().end()) break;
    division = next->division();
  }
  CHECK(levels == 6);
  CHECK(CellOf(*map, "5203").cell().counts().household_count() == 0);

  gis::v1::RankCellsRequest rank;
  rank.set_division("52");
  rank.set_level("hamlet");
  rank.set_page_size(3);
  gis::v1::RankCellsResponse ranked;
  REQUIRE(Call(*map, &GisService::Stub::RankCells, rank, &ranked).ok());
  REQUIRE(ranked.cells_size() > 0);
  CHECK(ranked.cells(0).counts().household_count() == 3);

  gis::v1::SearchPlacesRequest search;
  search.set_query("遵义");
  gis::v1::SearchPlacesResponse places;
  REQUIRE(Call(*map, &GisService::Stub::SearchPlaces, search, &places).ok());
  REQUIRE(places.places_size() > 0);
  CHECK(places.places(0).division() == "5203");

  gis::v1::ListCellDaysRequest days;
  days.set_division("52");
  gis::v1::ListCellDaysResponse listed;
  REQUIRE(Call(*map, &GisService::Stub::ListCellDays, days, &listed).ok());
  REQUIRE(listed.days_size() == 1);
  CHECK(listed.days(0).counts().household_count() == 3);
  CHECK(CellOf(*map, "52", listed.days(0).date()).cell().counts().household_count() == 3);
  CHECK(CellOf(*map, "52", "2026-01-01").cell().counts().household_count() == 0);

  const auto reason = [&](const std::string& code, const std::string& date) {
    gis::v1::GetCellRequest get;
    get.set_division(code);
    get.set_date(date);
    gis::v1::CellWithParts cell;
    return ReasonOf(Call(*map, &GisService::Stub::GetCell, get, &cell));
  };
  CHECK(reason("99", "") == "DIVISION_UNKNOWN");
  CHECK(reason("52", "2026-02-30") == "DATE_INVALID");
  CHECK(reason("52", "20260101") == "DATE_INVALID");
  CHECK(reason("52", "2999-01-01") == "DATE_AHEAD");
  CHECK(world.gis().Stop() == 0);
}

TEST_CASE("F01 F27 GIS-1 the map killed under load, or without its volume, equals a recount again",
          "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  int h = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 15; ++i, ++h) SubmitTo(world, Survey(h, 4 * h, 1 + h % 4));
    world.gis().Kill();
    if (round == 2) std::filesystem::remove_all(world.gis().data_dir());
    world.StartGis();
  }
  CHECK(Eventually([&] { return SameAsTotals(world, "52"); }));
  CHECK(SameAsTotals(world, "520102016001"));
}

// Where a place lies, as a tile address of a zoom.
std::string TilePath(const gis::v1::Box& box, int zoom) {
  const double lon = (box.west() + box.east()) / 2;
  const double lat = (box.south() + box.north()) / 2 * M_PI / 180;
  const double n = std::exp2(zoom);
  return absl::StrCat("/map/tiles/", zoom, "/", static_cast<int>((lon + 180) / 360 * n), "/",
                      static_cast<int>((1 - std::asinh(std::tan(lat)) / M_PI) / 2 * n), ".mvt");
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

fupinctl::HttpsAnswer Get(fupinctl::HttpsClient& client, const std::string& path,
                          const std::vector<std::string>& headers = {}) {
  const auto answer = client.Send("GET", path, "", headers);
  if (!answer.ok()) FAIL(answer.status());
  return *answer;
}

fupinctl::HttpsAnswer Post(fupinctl::HttpsClient& client, const std::string& path,
                           const std::string& body, const std::vector<std::string>& headers) {
  const auto answer = client.Send("POST", path, body, headers);
  if (!answer.ok()) FAIL(answer.status());
  return *answer;
}

TEST_CASE(
    "GIS-2 GIS-3 I23 SEC-2 tiles change with the household, are asked for again, and are not for "
    "all",
    "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  world.StartGateway();
  auto map = GisService::NewStub(world.ToGis("operator-admin"));
  fupinctl::HttpsClient direct(absl::StrCat("localhost:", world.gis_http_port()),
                               world.Files("operator-admin"));
  fupinctl::HttpsClient through(world.gateway().address(), world.Files("operator-admin"));
  const auto bounds = CellOf(*map, "520102").cell().bounds();
  REQUIRE(bounds.east() > bounds.west());
  for (auto* client : {&direct, &through}) {
    for (const int zoom : {5, 8, 10, 13}) {
      const std::string path = TilePath(bounds, zoom);
      CAPTURE(path);
      const auto tile = Get(*client, path);
      CHECK(tile.status == 200);
      CHECK(tile.content_type == "application/vnd.mapbox-vector-tile");
      CHECK(absl::StrContains(tile.body, "area"));
      const std::string etag = HeaderOf(tile, "etag");
      REQUIRE_FALSE(etag.empty());
      const auto again = Get(*client, path, {absl::StrCat("If-None-Match: ", etag)});
      CHECK(again.status == 304);
    }
  }
  // One more household: the tile is another one, of every zoom.
  const std::string path = TilePath(bounds, 5);
  const std::string before = HeaderOf(Get(through, path), "etag");
  SubmitTo(world, Survey(1, 0, 2));
  CHECK(Eventually([&] { return HeaderOf(Get(through, path), "etag") != before; }));
  // As it was yesterday there was nobody.
  const auto past = Get(through, absl::StrCat(path, "?date=2026-01-01"));
  CHECK(HeaderOf(past, "etag") == before);

  const auto description = Get(through, "/map/tiles.json");
  CHECK(absl::StrContains(description.body, "\"tilejson\":\"3.0.0\""));
  CHECK(absl::StrContains(description.body, "\"synthetic\":true"));

  const auto refused = [&](const std::string& at, int status, const std::string& reason) {
    const auto answer = Get(through, at);
    CAPTURE(at, answer.body);
    CHECK(answer.status == status);
    CHECK(absl::StrContains(answer.body, reason));
  };
  refused("/map/tiles/30/0/0.mvt", 400, "TILE_OUT_OF_RANGE");
  refused("/map/tiles/15/26000/13000.mvt", 400, "TILE_OUT_OF_RANGE");
  refused("/map/tiles/5/99/0.mvt", 400, "TILE_OUT_OF_RANGE");
  refused("/map/tiles/5/-1/0.mvt", 400, "TILE_OUT_OF_RANGE");
  refused("/map/tiles/5/0.mvt", 400, "TILE_PATH_INVALID");
  refused("/map/tiles/a/b/c.mvt", 400, "TILE_PATH_INVALID");
  refused(path + "?date=2026-13-01", 400, "DATE_INVALID");
  refused(path + "?date=2999-01-01", 400, "DATE_AHEAD");
  refused("/map/nothing", 404, "ROUTE_UNKNOWN");
  // Who has no certificate and is not signed in, and a department, see nothing.
  fupinctl::HttpsClient stranger(world.gateway().address(), world.Files(""));
  CHECK(Get(stranger, path).status == 401);
  fupinctl::HttpsClient department(world.gateway().address(), world.Files("dept-edu"));
  CHECK(Get(department, path).status == 403);
  CHECK(absl::StrContains(Get(department, path).body, "MAP_NOT_YOURS"));
}

TEST_CASE("SEC-1 USE-1 a person signs in with a password, is known by the cookie, and signs out",
          "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  world.StartGateway();
  fupinctl::HttpsClient client(world.gateway().address(), world.Files(""));
  constexpr char kJson[] = "Content-Type: application/json";
  CHECK(Get(client, "/session").status == 204);
  CHECK(Get(client, "/v1/divisions/52/households").status == 401);
  const auto wrong =
      Post(client, "/session", R"({"name":"zhang.san","password":"wrong"})", {kJson});
  CHECK(wrong.status == 401);
  CHECK(absl::StrContains(wrong.body, "SIGN_IN_WRONG"));
  CHECK_FALSE(absl::StrContains(wrong.body, "zhang"));
  CHECK(Post(client, "/session", R"({"name":1})", {kJson}).status == 400);
  CHECK(Post(client, "/session", "name=zhang.san",
             {"Content-Type: application/x-www-form-urlencoded"})
            .status == 415);
  fupinctl::HttpsAnswer signed_in;
  REQUIRE(Eventually([&] {  // a second after the wrong one
    signed_in =
        Post(client, "/session", R"({"name":"zhang.san","password":"correct-horse"})", {kJson});
    return signed_in.status != 429;
  }));
  REQUIRE(signed_in.status == 204);
  const std::string set = HeaderOf(signed_in, "set-cookie");
  CHECK(absl::StrContains(set, "HttpOnly"));
  CHECK(absl::StrContains(set, "SameSite=Strict"));
  const std::string cookie = "Cookie: " + set.substr(0, set.find(';'));
  const auto session = Get(client, "/session", {cookie});
  CHECK(session.status == 200);
  CHECK(absl::StrContains(session.body, "张三"));
  CHECK(Get(client, "/v1/divisions/52/households", {cookie}).status == 200);
  CHECK(Get(client, "/map/tiles.json", {cookie}).status == 200);
  // Another name, a longer time or another hash under the same cookie is nobody.
  for (const auto& [from, to] : {std::pair("zhang.san", "zhang.sam"), std::pair("|1", "|2")}) {
    std::string forged = cookie;
    forged.replace(forged.find(from), std::string(from).size(), to);
    CHECK(Get(client, "/session", {forged}).status == 204);
  }
  CHECK_FALSE(absl::StrContains(world.gateway().log(), "correct-horse"));
  CHECK_FALSE(absl::StrContains(world.gateway().log(), "zhang.san"));
}

}  // namespace
}  // namespace fupin::walks
