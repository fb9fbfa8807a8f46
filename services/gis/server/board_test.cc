// The map against a recount from the households, step by step from one seed.
#include "services/gis/server/board.h"

#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/kv/rocks_store.h"
#include "libs/testing/temp_dir.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {
namespace {

// Two counties with two townships each; each township has two villages, one of them with hamlets.
std::shared_ptr<const division::Tree> SmallProvince() {
  std::string text = "# levels: province county township village hamlet\nP\t\tprovince\t省\n";
  for (int c = 0; c < 2; ++c) {
    const std::string county = absl::StrCat("P", c);
    absl::StrAppend(&text, county, "\tP\tcounty\t县", c, "\n");
    for (int t = 0; t < 2; ++t) {
      const std::string township = absl::StrCat(county, t);
      absl::StrAppend(&text, township, "\t", county, "\ttownship\t乡", t, "\n");
      for (int v = 0; v < 2; ++v) {
        const std::string village = absl::StrCat(township, v);
        absl::StrAppend(&text, village, "\t", township, "\tvillage\t村", v, "\n");
        for (int h = 0; v == 0 && h < 3; ++h) {
          absl::StrAppend(&text, village, h, "\t", village, "\thamlet\t寨", h, "\n");
        }
      }
    }
  }
  auto tree = division::Tree::Parse({{"t.tsv", text}});
  if (!tree.ok()) FAIL(tree.status());
  return *tree;
}

absl::Time Noon(Day day) { return absl::UnixEpoch() + absl::Hours(24 * day + 4); }

struct World {
  explicit World(std::string dir) : dir(std::move(dir)) { Reopen(); }
  void Reopen() {
    board.reset();
    cells.reset();
    store.reset();
    kv::RocksOptions options;
    options.dir = dir;
    options.tables = Tables();
    auto opened = kv::OpenRocksStore(options);
    if (!opened.ok()) FAIL(opened.status());
    store = *std::move(opened);
    cells = std::make_unique<CellStore>(*store, tree, *tree->LevelIndex("county"));
    board = std::make_unique<Board>(tree);
    REQUIRE(board->Load(*cells).ok());
  }
  void Apply(const std::vector<ScoredHousehold>& scored, const std::string& epoch = "e1") {
    const auto changes = cells->Apply(epoch, scored);
    if (!changes.ok()) FAIL(changes.status());
    board->Apply(*changes);
  }

  std::string dir;
  std::shared_ptr<const division::Tree> tree = SmallProvince();
  std::unique_ptr<kv::Store> store;
  std::unique_ptr<CellStore> cells;
  std::unique_ptr<Board> board;
};

// What a recount says of a place.
Counts Recount(const World& world, const std::map<std::string, ScoredHousehold>& households,
               const division::Division& place) {
  Counts counts;
  for (const auto& [id, household] : households) {
    if (world.tree->Find(household.division)->IsUnder(place)) {
      counts += CountsOf(household.poverty_class, household.persons, household.index_centipoints);
    }
  }
  return counts;
}

TEST_CASE("GIS-1 GIS-3 C1 every level at any date equals a recount, whatever comes twice or late") {
  const uint32_t seed = GENERATE(1u, 2u, 3u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  testing::TempDir dir;
  World world(dir / "store");
  std::vector<std::string> places;
  for (const division::Division& place : world.tree->all()) {
    if (place.children().empty()) places.emplace_back(place.code());
  }
  std::map<std::string, ScoredHousehold> households;
  std::map<Day, std::map<std::string, ScoredHousehold>> history;
  std::vector<ScoredHousehold> sent;
  Day day = 20000;
  for (int step = 0; step < 150; ++step) {
    day += random() % 3 == 0 ? 1 + static_cast<Day>(random() % 4) : 0;
    std::vector<ScoredHousehold> batch;
    for (uint32_t n = 0; n < 1 + random() % 120; ++n) {
      if (!sent.empty() && random() % 5 == 0) {
        batch.push_back(sent[random() % sent.size()]);  // again, perhaps long superseded
        continue;
      }
      ScoredHousehold next;
      // Ids begin in some township; now and then the household lives elsewhere, even in the other
      // county.
      const uint32_t number = random() % 40;
      next.id = absl::StrCat("P", number % 2, number / 2 % 2, "-", number);
      const auto known = households.find(next.id);
      do {
        next.division = places[random() % places.size()];
      } while (random() % 10 != 0 && next.division.substr(0, 3) != next.id.substr(0, 3));
      next.poverty_class = static_cast<PovertyClass>(1 + random() % 4);
      next.persons = static_cast<int>(random() % 8);
      next.index_centipoints = static_cast<int32_t>(random() % 10001);
      next.version = known == households.end() ? 1 : known->second.version + 1;
      next.time = Noon(day);
      households[next.id] = next;
      batch.push_back(next);
      sent.push_back(next);
    }
    world.Apply(batch);
    history[day] = households;
    if (step % 40 == 39) world.Reopen();
  }
  for (const division::Division& place : world.tree->all()) {
    CAPTURE(place.code());
    CHECK(world.board->At(place.order()).counts == Recount(world, households, place));
    Counts parts;
    for (const division::Division& part : place.children()) {
      parts += world.board->At(part.order()).counts;
    }
    if (!place.children().empty()) {
      // A household may also be counted in the place itself.
      Counts own = world.board->At(place.order()).counts;
      own -= parts;
      CHECK(own == Counts());
    }
    for (const auto& [past, then] : history) {
      const auto at = world.cells->At(place, past);
      REQUIRE(at.ok());
      REQUIRE(*at == Recount(world, then, place));
    }
    const auto days = world.cells->Days(place, 20000, day);
    REQUIRE(days.ok());
    for (const CellStore::DayCounts& each : *days) {
      REQUIRE(each.counts == Recount(world, history.at(each.day), place));
    }
  }
  CHECK(world.cells->At(world.tree->At(0), 19999)->households == 0);
}

TEST_CASE("F26 GIS-3 a restored feed is counted anew and past days stay as they were shown") {
  testing::TempDir dir;
  World world(dir / "store");
  ScoredHousehold household{.id = "P00-1",
                            .division = "P0001",
                            .poverty_class = PovertyClass::kPoor,
                            .persons = 3,
                            .index_centipoints = 5000,
                            .version = 7,
                            .time = Noon(100)};
  ScoredHousehold other = household;
  other.id = "P00-2";
  world.Apply({household, other});
  CHECK(world.board->At(0).counts.poor == 2);
  REQUIRE(world.cells->Reset(101).ok());
  REQUIRE(world.board->Load(*world.cells).ok());
  CHECK(world.board->At(0).counts == Counts());
  // The older backup knows only one of them, with a lower version.
  household.version = 3;
  household.poverty_class = PovertyClass::kStable;
  household.time = Noon(101);
  world.Apply({household}, "e2");
  CHECK(world.board->At(0).counts.stable == 1);
  CHECK(world.board->At(0).counts.households == 1);
  CHECK(world.cells->At(world.tree->At(0), 100)->poor == 2);
  CHECK(world.cells->At(world.tree->At(0), 101)->stable == 1);
}

TEST_CASE("GIS-3 who watches learns which places changed, or that all must be read again") {
  testing::TempDir dir;
  World world(dir / "store");
  const int64_t seen = world.board->version();
  CHECK(world.board->ChangedSince(seen)->empty());
  world.Apply({{.id = "P00-1",
                .division = "P0001",
                .poverty_class = PovertyClass::kPoor,
                .persons = 1,
                .index_centipoints = 1,
                .version = 1,
                .time = Noon(1)}});
  const auto changed = world.board->ChangedSince(seen);
  REQUIRE(changed.has_value());
  std::vector<std::string> codes;
  for (const uint32_t place : *changed) codes.emplace_back(world.tree->At(place).code());
  CHECK(codes == std::vector<std::string>{"P", "P0", "P00", "P000", "P0001"});
  CHECK(world.board->NewestChange(*changed) == world.board->version());
  REQUIRE(world.board->Load(*world.cells).ok());
  CHECK_FALSE(world.board->ChangedSince(seen).has_value());
}

TEST_CASE(
    "GIS-1 who is registered and who has exited is counted beside the classes, in any order") {
  testing::TempDir dir;
  World world(dir / "store");
  const auto stand = [&](Standing standing, int64_t version) {
    const auto changes = world.cells->ApplyStandings("e1", {{.id = "P00-1",
                                                             .division = "P0001",
                                                             .standing = standing,
                                                             .persons = 4,
                                                             .version = version,
                                                             .time = Noon(5)}});
    if (!changes.ok()) FAIL(changes.status());
    world.board->Apply(*changes);
  };
  const auto now = [&] { return world.board->At(0).counts; };
  // Known by its standing before it is scored.
  stand(Standing::kRegistered, 1);
  CHECK(now().registered == 1);
  CHECK(now().registered_persons == 4);
  CHECK(now().households == 0);
  ScoredHousehold scored{.id = "P00-1",
                         .division = "P0101",
                         .poverty_class = PovertyClass::kPoor,
                         .persons = 3,
                         .index_centipoints = 5000,
                         .version = 1,
                         .time = Noon(5)};
  world.Apply({scored});
  CHECK(now().registered_persons == 3);
  CHECK(now().poor == 1);
  // It counts where its score says.
  CHECK(world.board->At(world.tree->Find("P00")->order()).counts == Counts());
  CHECK(world.board->At(world.tree->Find("P01")->order()).counts.registered == 1);
  stand(Standing::kExited, 2);
  stand(Standing::kRegistered, 1);  // late, and of before
  CHECK(now().registered == 0);
  CHECK(now().exited == 1);
  CHECK(now().exited_persons == 3);
  stand(Standing::kMonitored, 3);
  CHECK(now().exited == 0);
  CHECK(now().monitored == 1);
  world.Reopen();
  CHECK(now().monitored == 1);
  CHECK(now().poor == 1);
  CHECK(world.cells->At(world.tree->At(0), 5)->monitored == 1);
}

}  // namespace
}  // namespace fupin::gis
