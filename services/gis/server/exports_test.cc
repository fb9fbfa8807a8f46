// Files of the map: what is in them is what the map sends, and who may have how many.
#include "services/gis/server/exports.h"

#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "libs/kv/rocks_store.h"
#include "libs/outline/pack_builder.h"
#include "libs/outline/test_world.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"
#include "services/gis/server/export_csv.h"
#include "services/gis/server/publisher.h"
#include "services/gis/server/tiles.h"

namespace fupin::gis {
namespace {

constexpr Day kToday = 20000;

absl::Time Noon(Day day) { return absl::UnixEpoch() + absl::Hours(24 * day + 4); }

struct World {
  explicit World(int prefectures = 2) : outlined(outline::MakeWorld(3, prefectures)) {
    kv::RocksOptions options;
    options.dir = dir / "store";
    options.tables = Tables();
    for (std::string& table : EditionStore::Tables()) options.tables.push_back(std::move(table));
    auto opened = kv::OpenRocksStore(options);
    if (!opened.ok()) FAIL(opened.status());
    kv = *std::move(opened);
    store = std::make_unique<CellStore>(*kv, tree, *tree->LevelIndex("county"));
    editions = std::make_unique<EditionStore>(*kv, tree);
    board = std::make_unique<Board>(
        tree, CauseList{{"illness", "因病", "illness"}, {"school", "因学", "schooling"}});
    public_map = std::make_unique<PublicMap>(shapes, *editions);
    REQUIRE(board->Load(*store).ok());
    REQUIRE(public_map->Load().ok());
    std::mt19937 random(3);
    for (const Day day : {kToday - 3, kToday}) Score(day, random);
    exports =
        std::make_unique<Exports>(shapes, *board, *store, *public_map, clock, dir.path(), metrics);
  }

  void Score(Day day, std::mt19937& random) {
    std::vector<ScoredHousehold> scored;
    for (const division::Division& place : tree->all()) {
      for (int h = 0; place.children().empty() && h < 12; ++h) {
        ScoredHousehold next;
        next.division = std::string(place.code());
        next.id = absl::StrCat(next.division, "-", h);
        next.poverty_class = static_cast<PovertyClass>(1 + random() % 4);
        next.persons = 1 + static_cast<int>(random() % 6);
        next.index_centipoints = static_cast<int32_t>(random() % 10001);
        next.version = ++version;
        next.time = Noon(day);
        scored.push_back(next);
      }
    }
    const auto changes = store->Apply("e", scored);
    if (!changes.ok()) FAIL(changes.status());
    board->Apply(*changes);
  }

  // Somebody in each place with parts from the county down, and a status and causes for many.
  void Register() {
    std::vector<ScoredHousehold> scored;
    std::vector<StandingChange> moved;
    for (const division::Division& place : tree->all()) {
      if (place.level() < *tree->LevelIndex("county")) continue;
      ScoredHousehold next;
      next.division = std::string(place.code());
      next.id = absl::StrCat(next.division, "-0");
      next.poverty_class = PovertyClass::kPoor;
      next.persons = 3;
      next.index_centipoints = 5000;
      next.version = ++version;
      next.time = Noon(kToday);
      if (!place.children().empty()) scored.push_back(next);
      moved.push_back({.id = next.id,
                       .division = next.division,
                       .standing = static_cast<Standing>(1 + place.order() % 4),
                       .persons = 3,
                       .version = 1,
                       .time = next.time,
                       .causes = {place.order() % 3 == 0 ? "school" : "illness"},
                       .returned = place.order() % 2 == 0});
    }
    const auto changes = store->Apply("e", scored);
    if (!changes.ok()) FAIL(changes.status());
    board->Apply(*changes);
    const auto more = store->ApplyStandings("e", moved);
    if (!more.ok()) FAIL(more.status());
    board->Apply(*more);
  }

  ExportRequest Request(ExportFormat format, const std::string& caller = "a") {
    ExportRequest request{format, *tree->tops().begin()};
    request.caller = caller;
    return request;
  }

  testing::TempDir dir;
  outline::World outlined;
  std::shared_ptr<const division::Tree> tree = outlined.tree;
  Shapes shapes{outlined.outlines,
                {{0, 0, 4}, {1, 5, 6}, {2, 7, 8}, {3, 9, 10}, {4, 11, 12}, {5, 13, 14}}};
  FakeClock clock{Noon(kToday)};
  metrics::Metrics metrics;
  std::unique_ptr<kv::Store> kv;
  std::unique_ptr<CellStore> store;
  std::unique_ptr<EditionStore> editions;
  std::unique_ptr<Board> board;
  std::unique_ptr<PublicMap> public_map;
  std::unique_ptr<Exports> exports;
  int64_t version = 0;
};

// The whole answer, read as fast as it comes. The exports must have been started.
std::string Take(http::BodyStream& stream) {
  std::string body;
  for (bool ended = false; !ended;) {
    absl::Notification more;
    const std::string piece = stream.Take([&] { more.Notify(); }, &ended);
    CHECK(piece.size() <= http::BodyStream::kMaxWaiting);
    body += piece;
    if (piece.empty() && !ended) more.WaitForNotification();
  }
  return body;
}

http::HttpResponse Ask(World& world, ExportRequest request) {
  absl::Notification answered;
  http::HttpResponse response;
  world.exports->Submit(std::move(request), [&](http::HttpResponse made) {
    response = std::move(made);
    answered.Notify();
  });
  answered.WaitForNotification();
  return response;
}

std::string FileOf(World& world, ExportRequest request) {
  const http::HttpResponse response = Ask(world, std::move(request));
  if (response.body != nullptr) FAIL(*response.body);
  const std::string body = Take(*response.stream);
  CHECK(response.stream_size == body.size());
  return body;
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Every tile of the map as it is in the archive, by "z-x-y"; absent ones are empty.
std::map<std::string, std::string> TilesIn(const World& world, const std::string& archive,
                                           nlohmann::json* about) {
  testing::TempDir dir;
  std::ofstream(dir / "map.pmtiles", std::ios::binary) << archive;
  std::map<std::string, std::string> tiles;
  std::ofstream list(dir / "tiles.txt");
  for (const ZoomLevel& level : world.shapes.levels()) {
    for (int zoom = level.min_zoom; zoom <= level.max_zoom; ++zoom) {
      for (const geo::TileId id : world.shapes.builder().Tiles(level.level, zoom)) {
        list << zoom << "/" << id.x() << "/" << id.y() << "\n";
        tiles[absl::StrCat(zoom, "-", id.x(), "-", id.y())];
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
  for (auto& [name, bytes] : tiles) bytes = Read(dir / (name + ".mvt"));
  *about = nlohmann::json::parse(Read(dir / "about.json"));
  return tiles;
}

TEST_CASE(
    "GIS-2 an archive holds the very bytes of every tile, now, of a past day, of an edition") {
  World world;
  Publisher publisher(*world.board, *world.editions, *world.public_map, world.tree, {});
  REQUIRE(publisher.Publish(Noon(kToday)).ok());
  world.exports->Start();
  Tiles sent(world.shapes, *world.board, *world.store);
  const auto scope = *(*world.tree->tops().begin()).children().begin();
  for (const std::string which : {"now", "past", "scope", "public"}) {
    CAPTURE(which);
    ExportRequest request = world.Request(ExportFormat::kPmtiles);
    if (which == "past") request.day = kToday - 2;
    if (which == "scope") request.scope = scope;
    request.of_public = which == "public";
    nlohmann::json about;
    const auto tiles = TilesIn(world, FileOf(world, request), &about);
    size_t there = 0;
    for (const auto& [name, bytes] : tiles) {
      const std::vector<std::string> zxy = absl::StrSplit(name, '-');
      const auto id = *geo::TileId::Create(std::stoi(zxy[0]), std::stoi(zxy[1]), std::stoi(zxy[2]));
      CAPTURE(name);
      const auto tile = request.of_public
                            ? world.public_map->Make(id, std::nullopt)
                            : sent.Make(id, {.day = request.day, .scope = request.scope});
      REQUIRE(tile.ok());
      // A tile that only the buffer of the map reaches lies beyond its bounds.
      if (bytes.empty() && !(*tile)->bytes->empty()) {
        REQUIRE_FALSE(id.Bounds().Meets(world.outlined.outlines->WorldBounds(0)));
        continue;
      }
      REQUIRE(bytes == *(*tile)->bytes);
      there += bytes.empty() ? 0 : 1;
    }
    CHECK(there > 100);
    CHECK(about["metadata"]["synthetic"] == world.outlined.outlines->origin().synthetic);
    CHECK(about["metadata"]["vector_layers"][0]["id"] == "area");
    CHECK_FALSE(about["metadata"]["attribution"].get<std::string>().empty());
    CHECK(about["header"]["maxZoom"] == 14);
  }
}

TEST_CASE("GIS-2 an archive of a part holds the tiles around it and no others") {
  World world;
  world.exports->Start();
  const auto part = *(*world.tree->tops().begin()).children().begin();
  ExportRequest request = world.Request(ExportFormat::kPmtiles);
  request.division = part;
  nlohmann::json about;
  size_t there = 0, all = 0;
  for (const auto& [name, bytes] : TilesIn(world, FileOf(world, request), &about)) {
    const std::vector<std::string> zxy = absl::StrSplit(name, '-');
    const auto id = *geo::TileId::Create(std::stoi(zxy[0]), std::stoi(zxy[1]), std::stoi(zxy[2]));
    ++all;
    there += bytes.empty() ? 0 : 1;
    if (!bytes.empty()) {
      CHECK(id.Bounds().Meets(world.outlined.outlines->WorldBounds(part.order())));
    }
  }
  CHECK(there > 10);
  CHECK(there < all);
  CHECK(about["metadata"]["division"] == std::string(part.code()));
}

using Row = std::vector<std::string>;

std::vector<Row> RowsOf(const std::string& csv) {
  REQUIRE(absl::StartsWith(csv, "\xef\xbb\xbf"));
  std::vector<Row> rows;
  for (absl::string_view line : absl::StrSplit(csv.substr(3), "\r\n", absl::SkipEmpty())) {
    rows.push_back(absl::StrSplit(line, ','));
  }
  return rows;
}

TEST_CASE("GIS-1 GIS-2 the rows of a table add up to their division at every level, causes too") {
  World world;
  world.Register();
  world.exports->Start();
  for (const std::string& level : world.tree->levels()) {
    CAPTURE(level);
    ExportRequest request = world.Request(ExportFormat::kCsv);
    request.level = world.tree->LevelIndex(level);
    const auto rows = RowsOf(FileOf(world, request));
    REQUIRE(rows.size() > 2);
    CHECK(rows[0][0] == "区划代码");
    const auto column = [&](const std::string& code) {
      return static_cast<size_t>(std::find(rows[1].begin(), rows[1].end(), code) - rows[1].begin());
    };
    Counts sum;
    CauseCounts causes;
    for (size_t i = 2; i < rows.size(); ++i) {
      REQUIRE(rows[i].size() == rows[1].size());
      const auto place = world.tree->Find(rows[i][0]);
      REQUIRE(place.has_value());
      const bool rest = rows[i][1] == absl::StrCat(std::string(place->name()), "(未分到下级)");
      if (!rest) CHECK(rows[i][1] == std::string(place->name()));
      CHECK((!rest || !place->children().empty()));
      CHECK(rows[i][2] == std::string(place->level_name()));
      CHECK(rows[i][column(std::string(place->level_name()))] == std::string(place->name()));
      CHECK(rows[i][column("date")] == DayText(kToday));
      sum.households += std::stoi(rows[i][column("households")]);
      sum.persons += std::stoi(rows[i][column("persons")]);
      sum.poor += std::stoi(rows[i][column("poor")]);
      sum.poor_persons += std::stoi(rows[i][column("poor_persons")]);
      sum.registered += std::stoi(rows[i][column("registered")]);
      sum.exited += std::stoi(rows[i][column("exited")]);
      sum.monitored += std::stoi(rows[i][column("monitored")]);
      sum.returned += std::stoi(rows[i][column("returned")]);
      causes.Add("school", {std::stoi(rows[i][column("cause_school")]), 0});
      causes.Add("illness", {std::stoi(rows[i][column("cause_illness")]), 0});
    }
    CHECK(rows[0][column("cause_school")] == "致贫原因:因学(户)");
    const Counts whole = world.board->At(0).counts;
    CHECK(sum.households == whole.households);
    CHECK(sum.persons == whole.persons);
    CHECK(sum.poor == whole.poor);
    CHECK(sum.poor_persons == whole.poor_persons);
    CHECK(whole.returned > 0);
    CHECK(sum.registered == whole.registered);
    CHECK(sum.exited == whole.exited);
    CHECK(sum.monitored == whole.monitored);
    CHECK(sum.returned == whole.returned);
    CHECK(causes == *world.store->CausesAt(world.tree->At(0), kToday));
    CHECK(causes.TotalMain() == WithCause(whole));
  }
  // Without a level: everything, each place before its parts; a past day has its own numbers.
  ExportRequest request = world.Request(ExportFormat::kCsv);
  request.day = kToday - 4;
  const auto rows = RowsOf(FileOf(world, request));
  REQUIRE(rows.size() == world.tree->size() + 2);
  const auto households = static_cast<size_t>(
      std::find(rows[1].begin(), rows[1].end(), "households") - rows[1].begin());
  CHECK(rows[2][households] == "0");
  CHECK(rows[2].back() == "0");
  // Who is bound to a part finds the others empty.
  request.day.reset();
  request.scope = *(*world.tree->tops().begin()).children().begin();
  const auto bounded = RowsOf(FileOf(world, request));
  for (size_t i = 2; i < bounded.size(); ++i) {
    const bool own = world.tree->Find(bounded[i][0])->IsUnder(*request.scope);
    CHECK(bounded[i][households].empty() != own);
    CHECK(bounded[i].back().empty() != own);
  }
}

TEST_CASE("SEC-2 a place whose name is a formula stays text in a table") {
  auto tree = division::Tree::Parse(
      {{"t.tsv",
        "# levels: province county\nP\t\tprovince\t=HYPERLINK(1)\nP1\tP\tcounty\t@sum\n"}});
  REQUIRE(tree.ok());
  outline::OutlinePack pack;
  outline::PackBuilder builder;
  builder.Add("P1", {{{0, 0}, {1000, 0}, {1000, 1000}}});
  const auto outlines = outline::Outlines::Make(
      builder.Finish({"来源", "source", "许可", "licence", outline::DATUM_WGS84, true}), *tree);
  if (!outlines.ok()) FAIL(outlines.status());
  const Shapes shapes(*outlines, {{0, 0, 4}});
  testing::TempDir dir;
  auto file = ScratchFile::Create(dir.path());
  REQUIRE(file.ok());
  const ExportSubject subject{shapes, (*tree)->At(0), std::nullopt, false, "2026-01-01"};
  REQUIRE(WriteCsv(subject, **file).ok());
  REQUIRE((*file)->Flush().ok());
  const std::string csv = *(*file)->Read(0, 1 << 20);
  CHECK(absl::StrContains(csv, "P,'=HYPERLINK(1),province,'=HYPERLINK(1),,2026-01-01"));
  CHECK(absl::StrContains(csv, "P1,'@sum,county,'=HYPERLINK(1),'@sum,2026-01-01"));
}

TEST_CASE("GIS-2 GDAL reads the outlines, one feature a place, which fill the division") {
  World world;
  world.exports->Start();
  testing::TempDir dir;
  for (const std::string& level : world.tree->levels()) {
    CAPTURE(level);
    ExportRequest request = world.Request(ExportFormat::kGeoJson);
    request.level = world.tree->LevelIndex(level);
    const std::string text = FileOf(world, request);
    std::ofstream(dir / "map.geojson", std::ios::binary) << text;
    testing::ChildProcess ogr({"/usr/bin/ogrinfo", "-ro", "-al", "-so", dir / "map.geojson"},
                              dir / "log", dir / "out");
    REQUIRE(ogr.Wait(absl::Seconds(60)) == 0);
    const size_t places = PlacesOf(request.division, request.level).size();
    CHECK(absl::StrContains(Read(dir / "out"), absl::StrCat("Feature Count: ", places, "\n")));
    const auto json = nlohmann::json::parse(text);
    CHECK(json["date"] == DayText(kToday));
    CHECK(json["synthetic"].is_boolean());
    CHECK(json["attribution"].is_string());
    double area = 0;
    int64_t households = 0;
    for (const auto& feature : json["features"]) {
      households += feature["properties"]["households"].get<int64_t>();
      if (feature["geometry"].is_null()) continue;
      const bool many = feature["geometry"]["type"] == "MultiPolygon";
      const auto polygons = many ? feature["geometry"]["coordinates"]
                                 : nlohmann::json::array({feature["geometry"]["coordinates"]});
      for (const auto& polygon : polygons) {
        for (size_t r = 0; r < polygon.size(); ++r) {
          const auto& ring = polygon[r];
          REQUIRE(ring.size() >= 4);
          CHECK(ring.front() == ring.back());
          double twice = 0;
          for (size_t i = 0; i + 1 < ring.size(); ++i) {
            twice += ring[i][0].get<double>() * ring[i + 1][1].get<double>() -
                     ring[i + 1][0].get<double>() * ring[i][1].get<double>();
          }
          CHECK((r == 0) == (twice > 0));  // outer rings counter-clockwise, holes clockwise
          area += twice / 2;
        }
      }
    }
    CHECK(households == world.board->At(0).counts.households);
    // Neighbours share their borders: no gap, no overlap.
    static double whole = 0;
    if (level == world.tree->levels()[0]) whole = area;
    CHECK(area == Approx(whole).epsilon(1e-6));
  }
}

TEST_CASE("I15 one export at a time for each caller, few waiting, and a slow reader holds little") {
  World world(8);
  const std::string kRunning = "EXPORT_RUNNING", kBusy = "EXPORT_BUSY";
  const auto refusal = [](const http::HttpResponse& response) {
    return response.body == nullptr ? "" : *response.body;
  };
  // Nothing is made yet: all that is let in waits.
  std::vector<http::HttpResponse> answers(Exports::kMaxWaiting);
  std::vector<absl::Notification> done(Exports::kMaxWaiting);
  for (size_t i = 0; i < Exports::kMaxWaiting; ++i) {
    world.exports->Submit(world.Request(ExportFormat::kPmtiles, absl::StrCat("caller ", i)),
                          [&, i](http::HttpResponse response) {
                            answers[i] = std::move(response);
                            done[i].Notify();
                          });
  }
  const auto second = Ask(world, world.Request(ExportFormat::kCsv, "caller 0"));
  CHECK(second.status == 429);
  CHECK(absl::StrContains(refusal(second), kRunning));
  const auto ninth = Ask(world, world.Request(ExportFormat::kCsv, "caller 9"));
  CHECK(ninth.status == 503);
  CHECK(absl::StrContains(refusal(ninth), kBusy));
  world.exports->Start();
  for (auto& each : done) each.WaitForNotification();
  // Made, but not read: of a large file no more waits in memory than is enough and a piece.
  const auto& first = answers[0];
  REQUIRE(first.stream != nullptr);
  REQUIRE(*first.stream_size > 2 * http::BodyStream::kEnoughWaiting);
  CHECK(Ask(world, world.Request(ExportFormat::kCsv, "caller 0")).status == 429);
  bool ended = false;
  CHECK(first.stream->Take([] {}, &ended).size() < 2 * http::BodyStream::kEnoughWaiting);
  // One who goes away is free for the next.
  first.stream->Abandon();
  CHECK(Ask(world, world.Request(ExportFormat::kCsv, "caller 0")).status == 200);
  // So is one who has read it all.
  CHECK(Ask(world, world.Request(ExportFormat::kCsv, "caller 1")).status == 429);
  CHECK(Take(*answers[1].stream).size() == *answers[1].stream_size);
  CHECK(Ask(world, world.Request(ExportFormat::kCsv, "caller 1")).status == 200);
  world.exports->Stop();
  CHECK(Ask(world, world.Request(ExportFormat::kCsv, "late")).status == 503);
  // As the server does with answers nobody reads: who waits for room holds his own stream.
  for (auto& each : answers) each.stream->Abandon();
}

TEST_CASE("SEC-2 strangers may not take all the room that officials wait in") {
  World world;
  std::vector<int> refused;
  std::vector<http::HttpResponse> kept;
  for (size_t i = 0; i < Exports::kMaxPublicWaiting + 1; ++i) {
    ExportRequest request = world.Request(ExportFormat::kCsv, absl::StrCat("stranger ", i));
    request.of_public = true;
    world.exports->Submit(request,
                          [&](http::HttpResponse response) { refused.push_back(response.status); });
  }
  CHECK(refused == std::vector<int>{503});
  ExportRequest official = world.Request(ExportFormat::kCsv, "official");
  absl::Notification answered;
  world.exports->Submit(official, [&](http::HttpResponse response) {
    CHECK(response.status == 200);
    answered.Notify();
  });
  world.exports->Start();
  answered.WaitForNotification();
  // No edition yet: that is what the four are told.
  CHECK(refused == std::vector<int>{503, 404, 404, 404, 404});
}

TEST_CASE("I15 a disk that cannot be written to is told as such") {
  World world;
  Exports nowhere(world.shapes, *world.board, *world.store, *world.public_map, world.clock,
                  world.dir / "missing", world.metrics);
  nowhere.Start();
  absl::Notification answered;
  nowhere.Submit(world.Request(ExportFormat::kCsv), [&](http::HttpResponse response) {
    CHECK(response.status == 503);
    CHECK(absl::StrContains(*response.body, "EXPORT_FAILED"));
    answered.Notify();
  });
  answered.WaitForNotification();
}

}  // namespace
}  // namespace fupin::gis
