// From a household's score to the map, through real processes.
#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"
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

TEST_CASE("GIS-1 GIS-2 GIS-3 a household's score is on the map at every level, and can be looked up",
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
    const auto next = std::find_if(
        cell.parts().begin(), cell.parts().end(),
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

}  // namespace
}  // namespace fupin::walks
