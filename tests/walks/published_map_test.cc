// The published map beside the official one, through real processes: who may see what.
#include <cmath>
#include <optional>
#include <tuple>

#include <catch2/catch.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "libs/mvt/decoded_tile.h"
#include "libs/rpc/wire_status.h"
#include "services/fupinctl/https_client.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using gis::v1::GisService;
using identification::v1::IdentificationService;

constexpr char kTownship[] = "520102016";  // holds the village of all surveys here
constexpr char kVillageAbove[] = "520102016001";

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

gis::v1::PublishedCellWithParts Published(GisService::Stub& map, const std::string& division) {
  gis::v1::GetPublishedCellRequest get;
  get.set_division(division);
  gis::v1::PublishedCellWithParts cell;
  const absl::Status status = Call(map, &GisService::Stub::GetPublishedCell, get, &cell);
  CAPTURE(status);
  CHECK(status.ok());
  return cell;
}

absl::StatusOr<gis::v1::Cell> Official(GisService::Stub& map, const std::string& division) {
  gis::v1::GetCellRequest get;
  get.set_division(division);
  gis::v1::CellWithParts cell;
  const absl::Status status = Call(map, &GisService::Stub::GetCell, get, &cell);
  if (!status.ok()) return status;
  return cell.cell();
}

std::string PublishReason(GisService::Stub& map) {
  gis::v1::Edition edition;
  return ReasonOf(
      Call(map, &GisService::Stub::PublishEdition, gis::v1::PublishEditionRequest(), &edition));
}

void SurveyHouseholds(const World& world, int from, int to) {
  auto stub = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  for (int h = from; h < to; ++h) {
    identification::v1::SubmitSurveyResponse response;
    const absl::Status status =
        Call(*stub, &IdentificationService::Stub::SubmitSurvey, Survey(h, 2 * h, 2), &response);
    CAPTURE(status);
    REQUIRE(status.ok());
  }
}

bool Counts(GisService::Stub& map, int64_t households) {
  const auto cell = Official(map, "52");
  return cell.ok() && cell->counts().household_count() == households;
}

fupinctl::HttpsAnswer Get(fupinctl::HttpsClient& client, const std::string& path) {
  const auto answer = client.Send("GET", path, "", {});
  if (!answer.ok()) FAIL(answer.status());
  return *answer;
}

std::string EtagOf(const fupinctl::HttpsAnswer& answer) {
  for (absl::string_view line : absl::StrSplit(answer.headers, '\n')) {
    if (absl::StartsWithIgnoreCase(line, "etag:")) {
      return std::string(absl::StripAsciiWhitespace(line.substr(5)));
    }
  }
  return "";
}

// Attribute `name` of the area with that code; nothing: it has none.
std::optional<int64_t> AttributeOf(const std::string& tile, const std::string& code,
                                   const std::string& name) {
  mvt::TileDecoder decoder;
  for (const mvt::DecodedLayer& layer : decoder.Decode(tile)) {
    for (const mvt::DecodedFeature& feature : layer.features) {
      const auto found = feature.attributes.find("code");
      if (layer.name != "area" || found == feature.attributes.end() ||
          std::get<std::string>(found->second) != code) {
        continue;
      }
      const auto value = feature.attributes.find(name);
      if (value == feature.attributes.end()) return std::nullopt;
      return std::get<int64_t>(value->second);
    }
  }
  return std::nullopt;
}

// "zoom/x/y" of a place.
std::string TileAt(double lon, double lat, int zoom) {
  const double n = std::exp2(zoom);
  const double radians = lat * M_PI / 180;
  return absl::StrCat(zoom, "/", static_cast<int>((lon + 180) / 360 * n), "/",
                      static_cast<int>((1 - std::asinh(std::tan(radians)) / M_PI) / 2 * n));
}

TEST_CASE("GIS-2 SEC-2 the public sees the edition, rounded and without small counts, and it stays",
          "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  world.StartGateway();
  auto map = GisService::NewStub(world.ToGis("operator-admin"));
  fupinctl::HttpsClient stranger(world.gateway().address(), world.Files(""));
  CHECK(PublishReason(*map) == "NOTHING_COUNTED");
  CHECK(absl::StrContains(Get(stranger, "/v1/map/published/52").body, "EDITION_NONE"));
  CHECK(Get(stranger, "/map/public/tiles/5/25/13.mvt").status == 404);

  SurveyHouseholds(world, 0, 12);
  REQUIRE(Eventually([&] { return Counts(*map, 12); }));
  gis::v1::Edition edition;
  REQUIRE(Call(*map, &GisService::Stub::PublishEdition, gis::v1::PublishEditionRequest(), &edition)
              .ok());
  CHECK(edition.small_count() == 10);
  CHECK(PublishReason(*map) == "EDITION_TOO_SOON");

  const auto village = Published(*map, kVillageAbove);
  CHECK(village.cell().shown() == gis::v1::SHOWN_COUNTS);
  CHECK(village.cell().counts().household_count() == 10);  // of 12
  CHECK(village.path_size() == 4);
  bool hamlet_seen = false;
  for (const auto& part : village.parts()) {
    CHECK(part.shown() != gis::v1::SHOWN_COUNTS);
    CHECK_FALSE(part.has_counts());
    hamlet_seen |= part.division() == std::string(kVillage);
  }
  CHECK(hamlet_seen);
  const auto page = Get(stranger, absl::StrCat("/v1/map/published/", kVillageAbove));
  CHECK(page.status == 200);
  CHECK(absl::StrContains(page.body, "SHOWN_COUNTS"));

  // The tile says the same, and goes on saying it.
  const std::string path = "/map/public/tiles/0/0/0.mvt";
  const auto tile = Get(stranger, path);
  REQUIRE(tile.status == 200);
  CHECK(AttributeOf(tile.body, "52", "households") == 10);
  CHECK(AttributeOf(tile.body, "52", "shown") == 2);
  CHECK_FALSE(AttributeOf(tile.body, "52", "index").has_value());
  SurveyHouseholds(world, 12, 15);
  REQUIRE(Eventually([&] { return Counts(*map, 15); }));
  CHECK(Get(stranger, path).body == tile.body);
  CHECK(Get(stranger, absl::StrCat(path, "?edition=", edition.date())).body == tile.body);
  CHECK(absl::StrContains(Get(stranger, path + "?edition=2020-01-01").body, "EDITION_UNKNOWN"));
  CHECK(absl::StrContains(Get(stranger, path + "?edition=tomorrow").body, "DATE_INVALID"));
  CHECK(Get(stranger, "/map/public/tiles.json").status == 200);
  // Nothing official below the public address, and nothing official without a name.
  for (const char* official :
       {"/map/tiles/0/0/0.mvt", "/map/state/0/0/0", "/map/tiles.json", "/map/events",
        "/map/public/../tiles/0/0/0.mvt", "/map/public/events", "/v1/map/cells/52",
        "/v1/map/cells/52/days", "/v1/map/cells/52:rank"}) {
    CAPTURE(official);
    const auto answer = Get(stranger, official);
    CHECK((answer.status == 401 || answer.status == 404));
  }
  world.gis().Kill();
  world.StartGis();
  CHECK(Eventually([&] { return Get(stranger, path).body == tile.body; }));
  map = GisService::NewStub(world.ToGis("operator-admin"));
  gis::v1::ListEditionsResponse editions;
  REQUIRE(
      Call(*map, &GisService::Stub::ListEditions, gis::v1::ListEditionsRequest(), &editions).ok());
  REQUIRE(editions.editions_size() == 1);
  CHECK(editions.editions(0).counts_count() == edition.counts_count());
}

TEST_CASE("SEC-2 an officer's map has the numbers of the own division and no others", "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  world.StartGateway();
  world.Certify(absl::StrCat("officer/", kTownship, "/li officer/5203/wang"));
  SurveyHouseholds(world, 0, 3);
  auto operators = GisService::NewStub(world.ToGis("operator-admin"));
  REQUIRE(Eventually([&] { return Counts(*operators, 3); }));
  const std::string own = absl::StrCat("officer-", kTownship, "-li");
  const std::string other = "officer-5203-wang";
  auto mine = GisService::NewStub(world.ToGis(own));
  auto strange = GisService::NewStub(world.ToGis(other));
  CHECK(Official(*mine, kTownship)->counts().household_count() == 3);
  CHECK(Official(*mine, kVillage)->counts().household_count() == 3);
  CHECK(ReasonOf(Official(*mine, "52").status()) == "DIVISION_NOT_YOURS");
  CHECK(ReasonOf(Official(*mine, "5203").status()) == "DIVISION_NOT_YOURS");
  CHECK(ReasonOf(Official(*strange, kTownship).status()) == "DIVISION_NOT_YOURS");
  CHECK(Official(*strange, "5203")->counts().household_count() == 0);
  CHECK(PublishReason(*mine) == "ROLE_NOT_ALLOWED");

  // Around the village, at the zoom of villages and at that of the province.
  const auto bounds = Official(*operators, kVillageAbove)->bounds();
  const std::string at =
      TileAt((bounds.west() + bounds.east()) / 2, (bounds.south() + bounds.north()) / 2, 11);
  for (const auto& [certificate, zoom, code, households] :
       std::vector<std::tuple<std::string, std::string, std::string, std::optional<int64_t>>>{
           {"operator-admin", at, kVillageAbove, 3},
           {own, at, kVillageAbove, 3},
           {other, at, kVillageAbove, std::nullopt},
           {"operator-admin", "0/0/0", "52", 3},
           {own, "0/0/0", "52", std::nullopt}}) {
    CAPTURE(certificate, zoom);
    fupinctl::HttpsClient client(world.gateway().address(), world.Files(certificate));
    const auto tile = Get(client, absl::StrCat("/map/tiles/", zoom, ".mvt"));
    REQUIRE(tile.status == 200);
    CHECK(AttributeOf(tile.body, code, "households") == households);
    CHECK(AttributeOf(tile.body, code, "poor").has_value() == households.has_value());
  }
  // Whatever the gateway has kept for the one is not the other's, in whatever order they ask.
  for (int round = 0; round < 3; ++round) {
    for (const auto& [certificate, households] :
         std::vector<std::pair<std::string, std::optional<int64_t>>>{
             {"operator-admin", 3}, {other, std::nullopt}, {own, 3}}) {
      CAPTURE(round, certificate);
      fupinctl::HttpsClient client(world.gateway().address(), world.Files(certificate));
      const auto tile = Get(client, absl::StrCat("/map/tiles/", at, ".mvt"));
      CHECK(AttributeOf(tile.body, kVillageAbove, "households") == households);
    }
  }
  // Nor is a kept tile anybody's who is not known, even to one who tells its ETag.
  {
    const std::string path = absl::StrCat("/map/tiles/", at, ".mvt");
    fupinctl::HttpsClient client(world.gateway().address(), world.Files("operator-admin"));
    fupinctl::HttpsClient bounds_elsewhere(world.gateway().address(), world.Files(other));
    fupinctl::HttpsClient nobody(world.gateway().address(), world.Files(""));
    const std::vector<std::string> asking = {
        absl::StrCat("If-None-Match: ", EtagOf(Get(client, path)))};
    CHECK(client.Send("GET", path, "", asking)->status == 304);
    CHECK(bounds_elsewhere.Send("GET", path, "", asking)->status == 200);
    CHECK(nobody.Send("GET", path, "", asking)->status == 401);
    CHECK(Get(nobody, path).status == 401);
    // As soon as the map tells of one more household, no tile of before is sent any more.
    SurveyHouseholds(world, 3, 4);
    REQUIRE(Eventually([&] { return Counts(*operators, 4); }));
    CHECK(client.Send("GET", path, "", asking)->status == 200);
    CHECK(AttributeOf(Get(client, path).body, kVillageAbove, "households") == 4);
    fupinctl::HttpsClient own_client(world.gateway().address(), world.Files(own));
    CHECK(AttributeOf(Get(own_client, path).body, kVillageAbove, "households") == 4);
  }
  // Numbers without shapes obey the same bounds: as many places, but other numbers.
  fupinctl::HttpsClient whole(world.gateway().address(), world.Files("operator-admin"));
  fupinctl::HttpsClient bounded(world.gateway().address(), world.Files(other));
  for (const std::string figures : {"index", "register", "causes"}) {
    CAPTURE(figures);
    const std::string path = absl::StrCat("/map/state/", at, "?figures=", figures);
    const auto all = Get(whole, path);
    const auto none = Get(bounded, path);
    REQUIRE(all.status == 200);
    REQUIRE(none.status == 200);
    // Format, number of places, their hash, number of columns.
    constexpr size_t kHead = 1 + 1 + 8 + 1;
    REQUIRE(all.body.size() > kHead);
    CHECK(all.body.substr(0, kHead) == none.body.substr(0, kHead));
    // Absent is one zero byte for each column of each place.
    CHECK(none.body.find_first_not_of('\0', kHead) == std::string::npos);
    CHECK(all.body != none.body);
  }
  // Who was answered is on record, without a word on the household.
  CHECK(absl::StrContains(world.gis().log(), "officer/520102016/li"));
}

}  // namespace
}  // namespace fupin::walks
