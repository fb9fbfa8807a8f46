// Finding cells, places and positions through real processes, and the style that draws them.
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"
#include "services/fupinctl/https_client.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using gis::v1::GisService;
using identification::v1::IdentificationService;

constexpr char kTownship[] = "520102016";  // holds the village of all surveys here
constexpr int kHouseholds = 3;

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

gis::v1::CellWithParts CellOf(GisService::Stub& map, const std::string& division) {
  gis::v1::GetCellRequest get;
  get.set_division(division);
  gis::v1::CellWithParts cell;
  (void)Call(map, &GisService::Stub::GetCell, get, &cell);
  return cell;
}

gis::v1::FindCellsResponse Find(GisService::Stub& map, const gis::v1::FindCellsRequest& request) {
  gis::v1::FindCellsResponse found;
  const absl::Status status = Call(map, &GisService::Stub::FindCells, request, &found);
  if (!status.ok()) FAIL(status);
  return found;
}

std::string WhyNot(GisService::Stub& map, const gis::v1::FindCellsRequest& request) {
  gis::v1::FindCellsResponse found;
  return ReasonOf(Call(map, &GisService::Stub::FindCells, request, &found));
}

TEST_CASE("GIS-1 GIS-2 cells of an area, page by page, within the caller's own bounds", "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  world.StartGateway();
  world.Certify(absl::StrCat("officer/", kTownship, "/li officer/5203/wang"));
  auto surveys = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  for (int h = 0; h < kHouseholds; ++h) {
    identification::v1::SubmitSurveyResponse response;
    REQUIRE(
        Call(*surveys, &IdentificationService::Stub::SubmitSurvey, Survey(h, 2 * h, 2), &response)
            .ok());
  }
  auto map = GisService::NewStub(world.ToGis("operator-admin"));
  REQUIRE(Eventually(
      [&] { return CellOf(*map, "52").cell().counts().household_count() == kHouseholds; }));
  const auto township = CellOf(*map, kTownship);

  // The whole province: every village once, whatever the size of a page.
  gis::v1::FindCellsRequest all;
  *all.mutable_box() = CellOf(*map, "52").cell().bounds();
  all.set_level("village");
  all.set_page_size(500);
  std::set<std::string> seen;
  int64_t households = 0, total = -1;
  do {
    const auto page = Find(*map, all);
    for (const auto& cell : page.cells()) {
      CHECK(seen.insert(cell.division()).second);
      households += cell.counts().household_count();
    }
    total = page.total_count();
    CHECK(page.counts().household_count() == kHouseholds);
    CHECK(page.within().empty());
    all.set_page_token(page.next_page_token());
  } while (!all.page_token().empty());
  CHECK(static_cast<int64_t>(seen.size()) == total);
  CHECK(total > 10'000);
  CHECK(households == kHouseholds);

  // A small area around the middle of the township's village, as a polygon: the village is there.
  const auto village = CellOf(*map, "520102016001").cell();
  const double lon = (village.bounds().west() + village.bounds().east()) / 2;
  const double lat = (village.bounds().south() + village.bounds().north()) / 2;
  gis::v1::FindCellsRequest near;
  near.set_level("village");
  const double wide = village.bounds().east() - village.bounds().west();
  for (const auto& [dx, dy] : {std::pair(-1, -1), std::pair(1, -1), std::pair(0, 1)}) {
    auto* point = near.add_polygon();
    point->set_longitude(lon + wide * dx);
    point->set_latitude(lat + wide * dy);
  }
  const auto around = Find(*map, near);
  const auto names = [](const gis::v1::FindCellsResponse& found) {
    std::set<std::string> codes;
    for (const auto& cell : found.cells()) codes.insert(cell.division());
    return codes;
  };
  CHECK(names(around).count("520102016001") == 1);
  CHECK(around.counts().household_count() == kHouseholds);
  near.set_match(gis::v1::MATCH_CENTRE);
  const auto centres = names(Find(*map, near));
  CHECK(centres.size() < names(around).size());

  // Officers: of the same area only what is theirs.
  auto mine = GisService::NewStub(world.ToGis(absl::StrCat("officer-", kTownship, "-li")));
  auto other = GisService::NewStub(world.ToGis("officer-5203-wang"));
  all.clear_page_token();
  const auto own = Find(*mine, all);
  CHECK(own.within() == kTownship);
  CHECK(own.total_count() == township.parts_size());
  CHECK(own.counts().household_count() == kHouseholds);
  near.set_match(gis::v1::MATCH_MEETS);
  CHECK(Find(*other, near).total_count() == 0);
  CHECK(Find(*other, near).counts().household_count() == 0);
  // Another's token, or that of another search, is none.
  all.set_page_size(1);
  const std::string token = Find(*map, all).next_page_token();
  REQUIRE_FALSE(token.empty());
  all.set_page_token(token);
  CHECK(Find(*map, all).cells_size() == 1);
  CHECK(WhyNot(*mine, all) == "PAGE_TOKEN_INVALID");
  near.set_page_token(token);
  CHECK(WhyNot(*map, near) == "PAGE_TOKEN_INVALID");
  near.set_page_token("x");
  CHECK(WhyNot(*map, near) == "PAGE_TOKEN_INVALID");
  near.clear_page_token();

  // What is no area.
  gis::v1::FindCellsRequest wrong;
  CHECK(WhyNot(*map, wrong) == "LEVEL_UNKNOWN");
  wrong.set_level("village");
  CHECK(WhyNot(*map, wrong) == "AREA_MISSING");
  *wrong.mutable_polygon() = near.polygon();
  *wrong.mutable_box() = village.bounds();
  CHECK(WhyNot(*map, wrong) == "AREA_MISSING");
  wrong.clear_polygon();
  wrong.mutable_box()->set_west(village.bounds().east());
  wrong.mutable_box()->set_east(village.bounds().west());
  CHECK(WhyNot(*map, wrong) == "BOX_REVERSED");

  // Over HTTP, for who may.
  fupinctl::HttpsClient client(world.gateway().address(), world.Files("operator-admin"));
  fupinctl::HttpsClient stranger(world.gateway().address(), world.Files(""));
  const std::string body =
      R"({"level":"county","box":{"west":100,"south":20,"east":115,"north":35},"pageSize":2})";
  const auto answer =
      client.Send("POST", "/v1/map/cells:find", body, {"Content-Type: application/json"});
  REQUIRE(answer.ok());
  CHECK(answer->status == 200);
  CHECK(nlohmann::json::parse(answer->body)["totalCount"] == 88);
  const auto refused =
      stranger.Send("POST", "/v1/map/cells:find", body, {"Content-Type: application/json"});
  REQUIRE(refused.ok());
  CHECK(refused->status == 401);

  // The style names the tiles as the caller reaches them.
  const auto style = client.Send("GET", "/map/style.json?theme=possibly", "", {});
  REQUIRE(style.ok());
  REQUIRE(style->status == 200);
  const auto parsed = nlohmann::json::parse(style->body);
  CHECK(parsed["version"] == 8);
  CHECK(parsed["sources"]["map"]["tiles"][0] ==
        absl::StrCat("https://", world.gateway().address(), "/map/tiles/{z}/{x}/{y}.mvt"));
  CHECK(stranger.Send("GET", "/map/style.json", "", {})->status == 401);
  const auto open = stranger.Send("GET", "/map/public/style.json", "", {});
  CHECK(open->status == 200);
  CHECK(absl::StrContains(open->body, "/map/public/tiles/"));
  CHECK(absl::StrContains(stranger.Send("GET", "/map/public/style.json?theme=index", "", {})->body,
                          "THEME_UNKNOWN"));
}

TEST_CASE("GIS-2 places by pinyin, and the nearest one to a position outside", "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  auto map = GisService::NewStub(world.ToGis("operator-admin"));
  for (const auto& [query, code] :
       {std::pair("gy", "5201"), std::pair("guiyang", "5201"), std::pair("zy", "5203"),
        std::pair("qdn", "5226"), std::pair("duyun", "522701"), std::pair("贵阳", "5201")}) {
    CAPTURE(query);
    gis::v1::SearchPlacesRequest search;
    search.set_query(query);
    gis::v1::SearchPlacesResponse places;
    REQUIRE(Call(*map, &GisService::Stub::SearchPlaces, search, &places).ok());
    REQUIRE(places.places_size() > 0);
    CHECK(places.places(0).division() == code);
  }
  const auto province = CellOf(*map, "52").cell().bounds();
  gis::v1::LocatePositionRequest locate;
  gis::v1::LocatePositionResponse located;
  locate.set_longitude((province.west() + province.east()) / 2);
  locate.set_latitude(province.north() + 0.1);
  CHECK(ReasonOf(Call(*map, &GisService::Stub::LocatePosition, locate, &located)) ==
        "POSITION_OUTSIDE");
  // From the northern end of the province straight north: 0.1 degree is 11 km.
  locate.set_nearest(true);
  for (double lon = province.west(); lon < province.east() && !located.has_distance_m();
       lon += 0.1) {
    locate.set_longitude(lon);
    (void)Call(*map, &GisService::Stub::LocatePosition, locate, &located);
  }
  REQUIRE(located.has_distance_m());
  CHECK(located.distance_m() >= 11'000);
  CHECK(located.distance_m() <= 50'000);
  REQUIRE(located.places_size() >= 5);
  CHECK(located.places(0).division() == "52");
  locate.set_latitude(province.north() + 3);
  CHECK(ReasonOf(Call(*map, &GisService::Stub::LocatePosition, locate, &located)) ==
        "POSITION_OUTSIDE");
  // Inside of an outline it is that one, without a distance.
  const auto village = CellOf(*map, "520102").cell().bounds();
  locate.set_longitude((village.west() + village.east()) / 2);
  locate.set_latitude((village.south() + village.north()) / 2);
  REQUIRE(Call(*map, &GisService::Stub::LocatePosition, locate, &located).ok());
  CHECK_FALSE(located.has_distance_m());
}

}  // namespace
}  // namespace fupin::walks
