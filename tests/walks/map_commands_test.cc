// The map from the command line.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using gis::v1::GisService;
using identification::v1::IdentificationService;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE(
    "USE-1 GIS-1 GIS-2 SEC-2 the map is looked up, searched, published and exported by commands",
    "[walk]") {
  World world;
  world.Start();
  world.StartGis();
  world.StartGateway();
  auto surveys = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  for (int h = 0; h < 12; ++h) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    identification::v1::SubmitSurveyResponse response;
    REQUIRE(surveys->SubmitSurvey(&context, Survey(h, 2 * h, 2), &response).ok());
  }
  auto map = GisService::NewStub(world.ToGis("operator-admin"));
  REQUIRE(Eventually([&] {
    gis::v1::GetCellRequest get;
    get.set_division("52");
    gis::v1::CellWithParts cell;
    grpc::ClientContext context;
    return map->GetCell(&context, get, &cell).ok() && cell.cell().counts().household_count() == 12;
  }));
  testing::TempDir dir;
  std::string out, problems;
  const auto run = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {
        FUPIN_BINARY_DIR "/bin/fupinctl",
        absl::StrCat("--certs=", world.certs()),
        absl::StrCat("--exchange=", world.exchange().address()),
        absl::StrCat("--identification=", world.identification().address()),
        absl::StrCat("--gis=", world.gis().address()),
        absl::StrCat("--gateway=", world.gateway().address())};
    command.insert(command.end(), arguments.begin(), arguments.end());
    std::filesystem::remove(dir / "log");
    testing::ChildProcess process(command, dir / "log", dir / "out");
    const int code = process.Wait(absl::Seconds(60));
    out = Read(dir / "out");
    problems = Read(dir / "log");
    return code;
  };
  const auto says = [&](const std::string& text) {
    CAPTURE(out, problems);
    CHECK(absl::StrContains(out, text));
  };
  CHECK(run({"help"}) == 0);
  says("map-export");
  CHECK(run({"status"}) == 0);
  says("扶贫地图 gis");
  CHECK(run({"map", "520102016"}) == 0);
  says("贫困发生率");
  says("520102016001");
  CHECK(run({"map-days", "52"}) == 0);
  CHECK(run({"map-rank", "52", "level=county", "page_size=2"}) == 0);
  says("520102");
  CHECK(run({"places", "gy"}) == 0);
  says("贵阳市");
  CHECK(run({"map-find", "level=prefecture", "box=100,20,115,35"}) == 0);
  says("遵义市");
  says("总数 total");
  std::ofstream(dir / "area.txt") << "100 20\n115 20\n115 35\n100 35\n";
  CHECK(run({"map-find", "county", absl::StrCat("polygon=@", dir / "area.txt"), "page_size=1",
             "--json"}) == 0);
  CHECK(nlohmann::json::parse(out)["totalCount"] == 88);
  CHECK(run({"map-find", "level=county", "box=115,20,100,35"}) == 3);
  CHECK(absl::StrContains(problems, "BOX_REVERSED"));
  CHECK(run({"map-find", "level=county", "box=115"}) == 2);
  CHECK(run({"map-find", "level=county"}) == 2);

  CHECK(run({"map-public", "52"}) == 3);
  CHECK(absl::StrContains(problems, "EDITION_NONE"));
  CHECK(run({"map-publish"}) == 0);
  CHECK(run({"map-publish"}) == 3);
  CHECK(absl::StrContains(problems, "EDITION_TOO_SOON"));
  CHECK(run({"map-editions"}) == 0);
  CHECK(run({"map-public", "520102016001"}) == 0);
  says("公开数字");

  const std::string file = dir / "map.csv";
  CHECK(run({"map-export", "520102016", "format=csv", absl::StrCat("out=", file)}) == 0);
  CHECK(absl::StrContains(Read(file), "520102016001"));
  CHECK(run({"map-export", "52", "format=pmtiles", absl::StrCat("out=", dir / "map.pmtiles")}) ==
        0);
  CHECK(Read(dir / "map.pmtiles").substr(0, 8) == "PMTiles\x03");
  CHECK(std::filesystem::file_size(dir / "map.pmtiles") > 4 << 20);
  CHECK(run({"map-export", "520102016", "format=geojson", "public=yes",
             absl::StrCat("out=", dir / "public.geojson")}) == 0);
  CHECK(nlohmann::json::parse(Read(dir / "public.geojson")).count("edition") == 1);
  // A refusal leaves no file, nor does what is not whole.
  CHECK(run({"map-export", "99", "format=csv", absl::StrCat("out=", dir / "none.csv")}) == 3);
  CHECK(absl::StrContains(problems, "DIVISION_UNKNOWN"));
  CHECK_FALSE(std::filesystem::exists(dir / "none.csv"));
  CHECK_FALSE(std::filesystem::exists(dir / "none.csv.part"));
  CHECK(run({"map-export", "52"}) == 2);
  world.gis().Kill();
  CHECK(run({"status"}) == 4);
}

}  // namespace
}  // namespace fupin::walks
