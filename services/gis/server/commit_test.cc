// What is counted reaches the disk late, in part, or not at all.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/kv/rocks_store.h"
#include "libs/testing/temp_dir.h"
#include "services/gis/server/board.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {
namespace {

// A store that takes no batch of one partition while it is told so.
class Choosy : public kv::Store {
 public:
  explicit Choosy(kv::Store& store) : store_(store) {}
  std::string refused;
  int commits = 0;

  absl::Status ScanTable(const std::string& table, const kv::TableRange& range,
                         const kv::Snapshot* snapshot, const Visitor& visit) const override {
    return store_.ScanTable(table, range, snapshot, visit);
  }
  absl::StatusOr<std::vector<kv::TableRange>> Split(const std::string& table,
                                                    int parts) const override {
    return store_.Split(table, parts);
  }
  std::unique_ptr<const kv::Snapshot> TakeSnapshot() const override {
    return store_.TakeSnapshot();
  }
  absl::Status Checkpoint(const std::string& dir) override { return store_.Checkpoint(dir); }
  absl::Status Verify() override { return store_.Verify(); }
  absl::Status Health() const override { return store_.Health(); }
  kv::StoreStats Stats() const override { return store_.Stats(); }
  const std::string& incarnation() const override { return store_.incarnation(); }

 private:
  absl::StatusOr<std::optional<std::string>> DoGet(const std::string& table,
                                                   absl::string_view partition,
                                                   absl::string_view key) const override {
    return store_.Get(table, partition, key);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> DoMultiGet(
      const std::string& table, absl::string_view partition,
      absl::Span<const std::string> keys) const override {
    return store_.MultiGet(table, partition, keys);
  }
  absl::StatusOr<kv::Page> DoScan(const std::string& table, absl::string_view partition,
                                  absl::string_view begin, absl::string_view end, int limit,
                                  bool back) const override {
    return back ? store_.ScanBack(table, partition, begin, end, limit)
                : store_.Scan(table, partition, begin, end, limit);
  }
  std::vector<absl::Status> DoCommit(absl::Span<const kv::Batch* const> batches) override {
    std::vector<absl::Status> written;
    for (const kv::Batch* batch : batches) {
      ++commits;
      written.push_back(batch->partition() == refused ? absl::ResourceExhaustedError("full")
                                                      : store_.Commit(*batch));
    }
    return written;
  }

  kv::Store& store_;
};

struct World {
  World() {
    auto parsed = division::Tree::Parse({{"t.tsv",
                                          "# levels: province county village\nP\t\tprovince\t省\n"
                                          "P0\tP\tcounty\t甲县\nP1\tP\tcounty\t乙县\n"
                                          "P00\tP0\tvillage\t甲村\nP10\tP1\tvillage\t乙村\n"}});
    REQUIRE(parsed.ok());
    tree = *parsed;
    kv::RocksOptions options;
    options.dir = dir / "store";
    options.tables = Tables();
    auto opened = kv::OpenRocksStore(options);
    REQUIRE(opened.ok());
    disk = *std::move(opened);
    store = std::make_unique<Choosy>(*disk);
    Restart();
  }
  // What was not committed is gone.
  void Restart() {
    cells = std::make_unique<CellStore>(*store, tree, *tree->LevelIndex("county"));
    board = std::make_unique<Board>(
        tree, CauseList{{"illness", "因病", "illness"}, {"land", "缺土地", "land"}});
    REQUIRE(board->Load(*cells).ok());
  }
  // Scores `count` households of each county for the `version`-th time.
  void Score(int count, int64_t version, Day day = 100) {
    std::vector<ScoredHousehold> scored;
    for (int i = 0; i < count; ++i) {
      for (const char* village : {"P00", "P10"}) {
        scored.push_back({.id = absl::StrCat(village, "-", i),
                          .division = village,
                          .poverty_class = PovertyClass::kPoor,
                          .persons = static_cast<int>(version),
                          .version = version,
                          .time = StartOf(day) + absl::Hours(12)});
      }
    }
    const auto changes = cells->Apply("e", scored);
    REQUIRE(changes.ok());
    board->Apply(*changes);
  }
  // Registers them all, with another main cause each time.
  void Register(int count, int64_t version) {
    std::vector<StandingChange> moved;
    for (int i = 0; i < count; ++i) {
      for (const char* village : {"P00", "P10"}) {
        moved.push_back({.id = absl::StrCat(village, "-", i),
                         .division = village,
                         .standing = Standing::kRegistered,
                         .persons = 1,
                         .version = version,
                         .time = absl::UnixEpoch() + absl::Hours(24 * 100 + 4),
                         .causes = {version % 2 == 0 ? "land" : "illness"}});
      }
    }
    const auto changes = cells->ApplyStandings("e", moved);
    REQUIRE(changes.ok());
    board->Apply(*changes);
  }
  void CheckCauses(int count, int64_t version) {
    for (const char* code : {"P", "P0", "P1", "P00", "P10"}) {
      CAPTURE(code);
      const auto place = *tree->Find(code);
      const int64_t households = code == std::string("P") ? 2 * count : count;
      const auto past = *cells->CausesAt(place, 100);
      CHECK(past.Of("land").main == (version % 2 == 0 ? households : 0));
      CHECK(past.Of("illness").main == (version % 2 == 0 ? 0 : households));
      const uint32_t row = place.order();
      board->ReadCauses({&row, 1},
                        [&](size_t, const CellState& state, absl::Span<const CauseNumber> now) {
                          CHECK(state.counts.registered == households);
                          CHECK(now[0].main == past.Of("illness").main);
                          CHECK(now[1].main == past.Of("land").main);
                        });
    }
  }
  void CheckSums(int count, int64_t version) {
    for (const char* code : {"P", "P0", "P1", "P00", "P10"}) {
      CAPTURE(code);
      const auto place = *tree->Find(code);
      const int64_t households = code == std::string("P") ? 2 * count : count;
      for (const Counts& counts : {board->At(place.order()).counts, *cells->At(place, 100)}) {
        CHECK(counts.households == households);
        CHECK(counts.persons == households * version);
      }
    }
  }

  testing::TempDir dir;
  std::shared_ptr<const division::Tree> tree;
  std::unique_ptr<kv::Store> disk;
  std::unique_ptr<Choosy> store;
  std::unique_ptr<CellStore> cells;
  std::unique_ptr<Board> board;
};

// More than one batch holds.
constexpr int kMany = 5000;

TEST_CASE("F01 GIS-1 what is counted is on disk with the position, not before and not later",
          "[gis]") {
  World world;
  world.Score(10, 1);
  CHECK(world.cells->At(world.tree->At(0), 99)->households == 0);
  CHECK(world.store->commits == 0);
  world.CheckSums(10, 1);  // who asks for a day sees all that is counted
  CHECK(world.store->commits == 2);
  world.Score(10, 2);
  world.Restart();
  world.CheckSums(10, 1);
  world.Score(10, 2);
  feed::Position position;
  position.epoch = "e";
  REQUIRE(world.cells->Save(position).ok());
  world.Restart();
  world.CheckSums(10, 2);
}

TEST_CASE(
    "F27 GIS-1 a commit that succeeds in part is finished later, or counted again after a kill",
    "[gis]") {
  const bool killed = GENERATE(false, true);
  CAPTURE(killed);
  World world;
  world.Score(kMany, 1);
  world.store->refused = "m/P1";
  CHECK(absl::IsResourceExhausted(world.cells->Commit()));
  feed::Position position;
  position.epoch = "e";
  CHECK_FALSE(world.cells->Save(position).ok());
  CHECK(world.cells->Position()->epoch.empty());
  // It goes on counting meanwhile.
  world.Score(kMany, 2);
  CHECK_FALSE(world.cells->Commit().ok());
  world.store->refused = "";
  if (killed) {
    world.Restart();
    world.Score(kMany, 1);
    world.Score(kMany, 2);
  }
  REQUIRE(world.cells->Save(position).ok());
  world.CheckSums(kMany, 2);
  world.Restart();
  world.CheckSums(kMany, 2);
}

TEST_CASE("F01 F27 GIS-3 a day that ends between two commits is whole after a kill in each") {
  const bool killed = GENERATE(false, true);
  CAPTURE(killed);
  World world;
  const auto persons = [&](const char* code, Day day) {
    return world.cells->At(*world.tree->Find(code), day)->persons;
  };
  world.Score(kMany, 1, 100);
  REQUIRE(world.cells->Commit().ok());
  // Day 100 ends, and goes to disk in one county only.
  world.store->refused = "m/P1";
  world.Score(kMany, 2, 101);
  CHECK(absl::IsResourceExhausted(world.cells->Commit()));
  world.Score(kMany, 3, 102);
  CHECK_FALSE(world.cells->Commit().ok());
  world.store->refused = "";
  if (killed) {
    world.Restart();
    world.Score(kMany, 2, 101);
    world.Score(kMany, 3, 102);
  }
  REQUIRE(world.cells->Commit().ok());
  world.Restart();
  for (Day day = 100; day <= 103; ++day) {
    CAPTURE(day);
    const int64_t version = std::min(day - 99, 3);
    // The county that had everything on disk counted what came again as repeated.
    for (const char* code : {"P00", "P0", "P10", "P1"}) {
      CHECK(persons(code, day) == kMany * version);
    }
    CHECK(persons("P", day) == 2 * kMany * version);
  }
}

TEST_CASE("F01 F27 GIS-2 causes are on disk with their households, after a kill between two too") {
  const bool killed = GENERATE(false, true);
  CAPTURE(killed);
  World world;
  feed::Position position;
  position.epoch = "e";
  world.Score(kMany, 1);
  world.Register(kMany, 1);
  REQUIRE(world.cells->Save(position).ok());
  world.Register(kMany, 2);
  world.store->refused = "m/P1";
  CHECK(absl::IsResourceExhausted(world.cells->Commit()));
  // A score in between touches no cause.
  world.Score(kMany, 2);
  world.store->refused = "";
  if (killed) {
    // One county has the new causes on disk, the other one the old ones: the feed comes again.
    world.Restart();
    world.Register(kMany, 2);
    world.Score(kMany, 2);
  }
  REQUIRE(world.cells->Save(position).ok());
  world.CheckCauses(kMany, 2);
  world.Restart();
  world.CheckCauses(kMany, 2);
  world.CheckSums(kMany, 2);
}

}  // namespace
}  // namespace fupin::gis
