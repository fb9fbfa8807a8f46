// The map against a recount from the households, step by step from one seed.
#include "services/gis/server/board.h"

#include <functional>
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/kv/rocks_store.h"
#include "libs/kv/table.h"
#include "libs/testing/temp_dir.h"
#include "services/gis/store/cell_store.h"
#include "services/gis/store/records.pb.h"

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

const CauseList kCauses = {
    {"illness", "因病", "illness"}, {"school", "因学", "schooling"}, {"land", "缺土地", "land"}};

absl::Time Noon(Day day) { return absl::UnixEpoch() + absl::Hours(24 * day + 4); }

struct World {
  explicit World(std::string dir) : dir(std::move(dir)) { Reopen(); }
  // As after a kill: what was not committed is gone.
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
    board = std::make_unique<Board>(tree, kCauses);
    REQUIRE(board->Load(*cells).ok());
  }
  void Apply(const std::vector<ScoredHousehold>& scored, const std::string& epoch = "e1") {
    const auto changes = cells->Apply(epoch, scored);
    if (!changes.ok()) FAIL(changes.status());
    board->Apply(*changes);
  }
  void Stand(const std::vector<StandingChange>& moved, const std::string& epoch = "e1") {
    const auto changes = cells->ApplyStandings(epoch, moved);
    if (!changes.ok()) FAIL(changes.status());
    board->Apply(*changes);
  }
  CauseCounts Causes(uint32_t row) const {
    CauseCounts causes;
    board->ReadCauses({&row, 1}, [&](size_t, const CellState&, absl::Span<const CauseNumber> all) {
      for (size_t i = 0; i < all.size(); ++i) {
        causes.Add(kCauses[i].code, {all[i].main, all[i].also});
      }
    });
    return causes;
  }

  std::string dir;
  std::shared_ptr<const division::Tree> tree = SmallProvince();
  std::unique_ptr<kv::Store> store;
  std::unique_ptr<CellStore> cells;
  std::unique_ptr<Board> board;
};

// What is known of a household.
struct Known {
  ScoredHousehold scored;   // version 0: never scored
  StandingChange standing;  // version 0: never in the register
  bool returned = false;
  const std::string& division() const {
    return scored.version > 0 ? scored.division : standing.division;
  }
};
using Households = std::map<std::string, Known>;

struct Sums {
  Counts counts;
  CauseCounts causes;
};

// What a recount says of a place.
Sums Recount(const World& world, const Households& households, const division::Division& place) {
  Sums sums;
  for (const auto& [id, known] : households) {
    const auto& [scored, standing, returned] = known;
    if (!world.tree->Find(known.division())->IsUnder(place)) continue;
    const int persons = scored.version > 0 ? scored.persons : standing.persons;
    if (scored.version > 0) {
      sums.counts += CountsOf(scored.poverty_class, persons, scored.index_centipoints);
    }
    switch (standing.standing) {
      case Standing::kRegistered:
        sums.counts.registered += 1;
        sums.counts.registered_persons += persons;
        sums.counts.returned += returned ? 1 : 0;
        break;
      case Standing::kExited:
        sums.counts.exited += 1;
        sums.counts.exited_persons += persons;
        continue;
      case Standing::kMonitored:
        sums.counts.monitored += 1;
        break;
      default:
        continue;
    }
    for (size_t i = 0; i < standing.causes.size(); ++i) {
      sums.causes.Add(standing.causes[i], {i == 0 ? 1 : 0, i == 0 ? 0 : 1});
    }
  }
  return sums;
}

TEST_CASE(
    "GIS-1 GIS-2 GIS-3 C1 every level at any date equals a recount, causes too, whatever "
    "comes twice or late") {
  const uint32_t seed = GENERATE(1u, 2u, 3u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  testing::TempDir dir;
  World world(dir / "store");
  std::vector<std::string> places;
  for (const division::Division& place : world.tree->all()) places.emplace_back(place.code());
  Households households;
  std::map<Day, Households> history;
  std::vector<ScoredHousehold> scores_sent;
  std::vector<StandingChange> standings_sent;
  Day day = 20000;
  // Ids begin in some township; now and then the household lives elsewhere, even in the other
  // county.
  const auto somebody = [&] {
    const uint32_t number = random() % 40;
    return absl::StrCat("P", number % 2, number / 2 % 2, "-", number);
  };
  const auto somewhere = [&](const std::string& id) {
    std::string division;
    do {
      division = places[random() % places.size()];
    } while (random() % 10 != 0 && division.substr(0, 3) != id.substr(0, 3));
    return division;
  };
  std::vector<std::function<void()>> uncommitted;
  const auto score = [&] {
    std::vector<ScoredHousehold> batch;
    for (uint32_t n = 0; n < 1 + random() % 120; ++n) {
      if (!scores_sent.empty() && random() % 5 == 0) {
        // Again, perhaps long superseded.
        batch.push_back(scores_sent[random() % scores_sent.size()]);
        continue;
      }
      ScoredHousehold next;
      next.id = somebody();
      ScoredHousehold& known = households[next.id].scored;
      next.division = somewhere(next.id);
      next.poverty_class = static_cast<PovertyClass>(1 + random() % 4);
      next.persons = static_cast<int>(random() % 8);
      next.index_centipoints = static_cast<int32_t>(random() % 10001);
      next.version = known.version + 1;
      next.time = Noon(day);
      known = next;
      batch.push_back(next);
      scores_sent.push_back(next);
    }
    world.Apply(batch);
    uncommitted.push_back([&world, batch] { world.Apply(batch); });
  };
  const auto move = [&] {
    std::vector<StandingChange> batch;
    for (uint32_t n = 0; n < 1 + random() % 120; ++n) {
      if (!standings_sent.empty() && random() % 5 == 0) {
        batch.push_back(standings_sent[random() % standings_sent.size()]);
        continue;
      }
      StandingChange next;
      next.id = somebody();
      Known& known = households[next.id];
      next.division = somewhere(next.id);
      next.standing = static_cast<Standing>(random() % 5);
      next.persons = static_cast<int>(random() % 8);
      next.version = known.standing.version + 1;
      next.time = Noon(day);
      // None, one or several, sometimes one that is in no list.
      const std::vector<std::string> codes = {"land", "gone", "school", "illness"};
      for (const std::string& code : codes) {
        if (random() % 3 == 0) next.causes.push_back(code);
      }
      if (random() % 2 == 0) next.returned = random() % 2 == 0;
      const bool stays = known.returned && known.standing.standing == Standing::kRegistered;
      known.returned = next.standing == Standing::kRegistered && next.returned.value_or(stays);
      known.standing = next;
      batch.push_back(next);
      standings_sent.push_back(next);
    }
    world.Stand(batch);
    uncommitted.push_back([&world, batch] { world.Stand(batch); });
  };
  for (int step = 0; step < 150; ++step) {
    day += random() % 3 == 0 ? 1 + static_cast<Day>(random() % 4) : 0;
    random() % 3 == 0 ? move() : score();
    history[day] = households;
    if (random() % 4 == 0) {
      REQUIRE(world.cells->Commit().ok());
      uncommitted.clear();
    }
    if (step % 20 != 19) continue;
    // Killed: the feed sends again what its position does not cover.
    world.Reopen();
    for (const auto& again : uncommitted) again();
  }
  const auto known_only = [](CauseCounts causes) {
    const CauseCount gone = causes.Of("gone");
    causes.Add("gone", {-gone.main, -gone.also});
    return causes;
  };
  for (const division::Division& place : world.tree->all()) {
    CAPTURE(place.code());
    const Sums sums = Recount(world, households, place);
    CHECK(world.board->At(place.order()).counts == sums.counts);
    CHECK(world.Causes(place.order()) == known_only(sums.causes));
    CHECK(WithCause(sums.counts) >= sums.causes.TotalMain());
    world.board->WithColumns([&](const Columns& columns) {
      const int32_t leading = columns.At(Attribute::kCause, place.order());
      for (const Cause& cause : kCauses) {
        const int64_t many = sums.causes.Of(cause.code).main;
        if (leading == mvt::IntColumn::kAbsent)
          CHECK(many == 0);
        else
          CHECK(many <= sums.causes.Of(kCauses[static_cast<size_t>(leading) - 1].code).main);
      }
    });
    if (!place.children().empty()) {
      // Who is counted in the place and in none of its parts.
      Sums rest = sums;
      for (const division::Division& part : place.children()) {
        const Sums less = Recount(world, households, part);
        rest.counts -= less.counts;
        rest.causes -= less.causes;
      }
      const uint32_t row = world.board->rests().RowOf(place.order());
      CHECK(world.board->rests().PlaceOf(row) == place.order());
      CHECK(world.board->At(row).counts == rest.counts);
      CHECK(world.Causes(row) == known_only(rest.causes));
    }
    for (const auto& [past, then] : history) {
      const Sums expected = Recount(world, then, place);
      const auto at = world.cells->At(place, past);
      REQUIRE(at.ok());
      REQUIRE(*at == expected.counts);
      const auto causes_at = world.cells->CausesAt(place, past);
      REQUIRE(causes_at.ok());
      REQUIRE(*causes_at == expected.causes);
    }
    const auto days = world.cells->Days(place, 20000, day);
    REQUIRE(days.ok());
    for (const CellStore::DayCounts& each : *days) {
      const Sums expected = Recount(world, history.at(each.day), place);
      REQUIRE(each.counts == expected.counts);
      REQUIRE(each.causes == expected.causes);
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
  // The older backup knows only one of them, with a lower version, scored on that day or long ago.
  household.version = 3;
  household.poverty_class = PovertyClass::kStable;
  household.time = Noon(GENERATE(101, 100, 99));
  world.Apply({household}, "e2");
  CHECK(world.board->At(0).counts.stable == 1);
  CHECK(world.board->At(0).counts.households == 1);
  CHECK(world.cells->At(world.tree->At(0), 99)->households == 0);
  CHECK(world.cells->At(world.tree->At(0), 100)->poor == 2);
  CHECK(world.cells->At(world.tree->At(0), 100)->stable == 0);
  CHECK(world.cells->At(world.tree->At(0), 101)->stable == 1);
  CHECK(world.cells->At(world.tree->At(0), 101)->poor == 0);
  world.Reopen();
  CHECK(world.board->At(0).counts.stable == 1);
  CHECK(world.cells->At(world.tree->At(0), 100)->poor == 2);
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
    world.Stand({{.id = "P00-1",
                  .division = "P0001",
                  .standing = standing,
                  .persons = 4,
                  .version = version,
                  .time = Noon(5)}});
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
  REQUIRE(world.cells->Commit().ok());
  world.Reopen();
  CHECK(now().monitored == 1);
  CHECK(now().poor == 1);
  CHECK(world.cells->At(world.tree->At(0), 5)->monitored == 1);
}

TEST_CASE("GIS-2 a store of before causes were counted gets them from the feed, nothing twice") {
  testing::TempDir dir;
  World world(dir / "store");
  const StandingChange registered{.id = "P00-1",
                                  .division = "P0001",
                                  .standing = Standing::kRegistered,
                                  .persons = 4,
                                  .version = 2,
                                  .time = Noon(5),
                                  .causes = {"school", "land"}};
  world.Stand({registered});
  REQUIRE(world.cells->Commit().ok());
  // As that version left it: no causes of households and places, no format beside the cursors.
  {
    store::StoredHousehold household;
    household.set_division("P0001");
    household.set_persons(4);
    household.set_standing(1);
    household.set_status_version(2);
    household.set_epoch("e1");
    store::StoredPosition position;
    position.set_epoch("e1");
    (*position.mutable_cursors())["m/P0"] = 17;
    kv::Batch cells("m/P0");
    cells.Put("households", "P00-1", kv::Encode(household));
    for (const char* place : {"P", "P0", "P00", "P000", "P0001"}) cells.Delete("causes", place);
    kv::Batch feed("feed");
    feed.Put("position", "p", kv::Encode(position));
    REQUIRE(world.store->Commit(cells).ok());
    REQUIRE(world.store->Commit(feed).ok());
  }
  world.Reopen();
  CHECK(world.Causes(0).empty());
  feed::Position position = *world.cells->Position();
  CHECK(position.epoch == "e1");
  CHECK(position.cursors.empty());
  // The feed from its beginning: once, and a second time after a crash.
  for (int i = 0; i < 2; ++i) {
    world.Stand({registered});
    CHECK(world.board->At(0).counts.registered == 1);
    CHECK(world.Causes(0).Of("school") == CauseCount{1, 0});
    CHECK(world.Causes(0).Of("land") == CauseCount{0, 1});
    REQUIRE(world.cells->Commit().ok());
    world.Reopen();
  }
  position.cursors["m/P0"] = 18;
  REQUIRE(world.cells->Save(position).ok());
  CHECK(world.cells->Position()->cursors.at("m/P0") == 18);
}

TEST_CASE("F26 GIS-2 causes of a restored feed are counted anew, those of past days stay") {
  testing::TempDir dir;
  World world(dir / "store");
  StandingChange change{.id = "P00-1",
                        .division = "P0001",
                        .standing = Standing::kRegistered,
                        .persons = 4,
                        .version = 2,
                        .time = Noon(5),
                        .causes = {"school"}};
  world.Stand({change});
  REQUIRE(world.cells->Reset(6).ok());
  REQUIRE(world.board->Load(*world.cells).ok());
  CHECK(world.Causes(0).empty());
  change.version = 1;
  change.causes = {"illness"};
  change.time = Noon(GENERATE(6, 4));
  world.Stand({change}, "e2");
  CHECK(world.Causes(0).Of("illness").main == 1);
  const division::Division top = world.tree->At(0);
  CHECK(world.cells->CausesAt(top, 5)->Of("school").main == 1);
  CHECK(world.cells->CausesAt(top, 6)->Of("school").main == 0);
  CHECK(world.cells->CausesAt(top, 6)->Of("illness").main == 1);
}

}  // namespace
}  // namespace fupin::gis
