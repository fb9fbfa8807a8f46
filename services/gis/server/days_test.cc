// Days that end: when their rows are written, and what is read of them meanwhile. The recount of
// every day from random steps is in board_test.cc.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/kv/rocks_store.h"
#include "libs/kv/table.h"
#include "libs/testing/temp_dir.h"
#include "services/gis/store/cell_rows.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {
namespace {

absl::Time Noon(Day day) { return absl::UnixEpoch() + absl::Hours(24 * day + 4); }

struct World {
  World() {
    auto parsed = division::Tree::Parse({{"t.tsv",
                                          "# levels: province county village\nP\t\tprovince\t省\n"
                                          "P0\tP\tcounty\t县\nP00\tP0\tvillage\t甲村\n"
                                          "P01\tP0\tvillage\t乙村\n"}});
    REQUIRE(parsed.ok());
    tree = *parsed;
    kv::RocksOptions options;
    options.dir = dir / "store";
    options.tables = Tables();
    auto opened = kv::OpenRocksStore(options);
    REQUIRE(opened.ok());
    store = *std::move(opened);
    Restart();
  }
  // What was not committed is gone.
  void Restart() {
    cells = std::make_unique<CellStore>(*store, tree, *tree->LevelIndex("county"));
    REQUIRE(cells
                ->Load([](const division::Division&, const Counts&, absl::Time) {},
                       [](const division::Division&, const CauseCounts&) {})
                .ok());
  }
  // One household of a village, for the `version`-th time.
  void Score(const std::string& village, int number, int64_t version, Day day) {
    const auto changes = cells->Apply("e", {{.id = absl::StrCat(village, "-", number),
                                             .division = village,
                                             .poverty_class = PovertyClass::kPoor,
                                             .persons = static_cast<int>(version),
                                             .version = version,
                                             .time = Noon(day)}});
    REQUIRE(changes.ok());
  }
  int64_t Persons(const char* place, Day day) const {
    const auto counts = cells->At(*tree->Find(place), day);
    REQUIRE(counts.ok());
    return counts->persons;
  }
  // "day:persons" of each day that Days() tells.
  std::string Days(const char* place, Day from, Day to) const {
    const auto days = cells->Days(*tree->Find(place), from, to);
    REQUIRE(days.ok());
    std::string text;
    for (const auto& each : *days) absl::StrAppend(&text, " ", each.day, ":", each.counts.persons);
    return text;
  }
  int RowsOfDays(const char* place) const {
    const auto page = store->Scan(kDays, "m/P0", DayPrefix(place), kv::PrefixEnd(DayPrefix(place)),
                                  kv::kMaxPageRows);
    REQUIRE(page.ok());
    return static_cast<int>(page->rows.size());
  }

  testing::TempDir dir;
  std::shared_ptr<const division::Tree> tree;
  std::unique_ptr<kv::Store> store;
  std::unique_ptr<CellStore> cells;
};

TEST_CASE("GIS-3 the row of a day is written with the first change of a later one, at each place") {
  World world;
  world.Score("P00", 1, 1, 100);
  world.Score("P00", 1, 2, 100);
  REQUIRE(world.cells->Commit().ok());
  CHECK(world.RowsOfDays("P00") == 0);
  CHECK(world.Days("P00", 90, 110) == " 100:2");
  world.Restart();  // a night without the service
  world.Score("P01", 1, 3, 102);
  REQUIRE(world.cells->Commit().ok());
  CHECK(world.RowsOfDays("P00") == 0);  // nothing has happened there
  CHECK(world.RowsOfDays("P0") == 1);
  world.Restart();
  world.Score("P00", 1, 5, 103);
  world.Score("P00", 1, 6, 103);
  world.Score("P00", 1, 7, 105);
  const bool committed = GENERATE(true, false);
  CAPTURE(committed);
  if (committed) REQUIRE(world.cells->Commit().ok());
  CHECK(world.Days("P00", 90, 110) == " 100:2 103:6 105:7");
  CHECK(world.Days("P0", 90, 110) == " 100:2 102:5 103:9 105:10");
  CHECK(world.Days("P", 101, 104) == " 100:2 102:5 103:9");
  CHECK(world.Days("P", 103, 103) == " 102:5 103:9");
  CHECK(world.Days("P00", 107, 110) == " 106:7");
  CHECK(world.Days("P00", 90, 99).empty());
  CHECK(world.Persons("P0", 99) == 0);
  CHECK(world.Persons("P0", 101) == 2);
  CHECK(world.Persons("P0", 104) == 9);
  CHECK(world.Persons("P0", 1000) == 10);
  CHECK(*world.cells->FirstDay() == 100);
}

TEST_CASE("GIS-3 a late score counts on the newest day of each place, no day before it changes") {
  World world;
  world.Score("P00", 1, 1, 100);
  world.Score("P01", 1, 1, 102);
  const bool committed = GENERATE(true, false);
  CAPTURE(committed);
  if (committed) REQUIRE(world.cells->Commit().ok());
  world.Score("P00", 2, 4, 101);
  CHECK(world.Days("P00", 90, 110) == " 100:1 101:5");
  CHECK(world.Days("P0", 90, 110) == " 100:1 102:6");
  world.Score("P00", 2, 5, 99);
  CHECK(world.Days("P00", 90, 110) == " 100:1 101:6");
  CHECK(world.Days("P0", 90, 110) == " 100:1 102:7");
  REQUIRE(world.cells->Commit().ok());
  world.Restart();
  world.Score("P00", 1, 2, 100);
  CHECK(world.Days("P00", 90, 110) == " 100:1 101:7");
  CHECK(world.Days("P0", 90, 110) == " 100:1 102:8");
}

TEST_CASE("GIS-3 a store of schema 1 has rows of its newest days, which are passed over") {
  World world;
  world.Score("P00", 1, 2, 100);
  world.Score("P00", 1, 3, 101);
  REQUIRE(world.cells->Commit().ok());
  kv::Batch batch("m/P0");
  for (const char* place : {"P", "P0", "P00"}) {
    batch.Put(kDays, DayKey(place, 101), *world.store->Get(kCells, "m/P0", place).value());
  }
  REQUIRE(world.store->Commit(batch).ok());
  world.Restart();
  CHECK(world.Days("P00", 90, 110) == " 100:2 101:3");
  world.Score("P00", 1, 9, 101);
  CHECK(world.Days("P00", 90, 110) == " 100:2 101:9");
  CHECK(world.Persons("P", 101) == 9);
  world.Score("P00", 1, 4, 102);  // an older version
  world.Score("P00", 1, 10, 103);
  CHECK(world.Days("P00", 90, 110) == " 100:2 101:9 103:10");
  CHECK(world.Days("P", 101, 102) == " 100:2 101:9");
}

TEST_CASE("GIS-3 a past day reads the same while days begin and end") {
  World world;
  world.Score("P00", 1, 1, 99);
  world.Score("P00", 1, 2, 100);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int step = 3; step < 200; ++step) {
      if (!world.cells
               ->Apply("e", {{.id = "P00-1",
                              .division = "P00",
                              .poverty_class = PovertyClass::kPoor,
                              .persons = step,
                              .version = step,
                              .time = Noon(98 + step)}})
               .ok() ||
          !world.cells->Commit().ok()) {
        break;
      }
    }
    done = true;
  });
  bool last = false;
  while (!last) {
    last = done;
    CHECK(world.Persons("P0", 100) == 2);
    CHECK(world.Days("P0", 99, 100) == " 99:1 100:2");
    // Whatever the newest day is, no day is missing before it, and each has its own number.
    const auto days = world.cells->Days(*world.tree->Find("P0"), 99, 1000);
    REQUIRE(days.ok());
    for (size_t i = 0; i < days->size(); ++i) {
      CHECK((*days)[i].day == static_cast<Day>(99 + i));
      CHECK((*days)[i].counts.persons == static_cast<int64_t>(1 + i));
    }
  }
  writer.join();
  CHECK(world.Persons("P0", 1000) == 199);
}

}  // namespace
}  // namespace fupin::gis
