// Every tile of a small synthetic province, read back: what it says is what the sums say.
#include "services/gis/server/tiles.h"

#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/kv/rocks_store.h"
#include "libs/mvt/decoded_tile.h"
#include "libs/outline/test_world.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"
#include "services/gis/server/public_map.h"
#include "services/gis/server/publisher.h"
#include "services/gis/store/edition_store.h"

namespace fupin::gis {
namespace {

constexpr Day kFirst = 20000;

absl::Time Noon(Day day) { return absl::UnixEpoch() + absl::Hours(24 * day + 4); }

const CauseList kCauses = {{"illness", "因病", "illness"}, {"school", "因学", "schooling"}};

struct World {
  explicit World(uint64_t seed) : outlined(outline::MakeWorld(seed)), tree(outlined.tree) {
    kv::RocksOptions options;
    options.dir = dir / "store";
    options.tables = Tables();
    for (std::string& table : EditionStore::Tables()) options.tables.push_back(std::move(table));
    auto opened = kv::OpenRocksStore(options);
    if (!opened.ok()) FAIL(opened.status());
    kv = *std::move(opened);
    store = std::make_unique<CellStore>(*kv, tree, *tree->LevelIndex("county"));
    editions = std::make_unique<EditionStore>(*kv, tree);
    board = std::make_unique<Board>(tree, kCauses);
    REQUIRE(board->Load(*store).ok());
    shapes = std::make_unique<Shapes>(
        outlined.outlines,
        std::vector<ZoomLevel>{
            {0, 0, 4}, {1, 5, 6}, {2, 7, 8}, {3, 9, 10}, {4, 11, 12}, {5, 13, 14}});
    tiles = std::make_unique<Tiles>(*shapes, *board, *store);
    public_map = std::make_unique<PublicMap>(*shapes, *editions);
  }

  void Score(Day day, int many, std::mt19937& random) {
    std::vector<std::string> places;
    for (const division::Division& place : tree->all()) {
      // Some of those with parts too: whoever lives there is in none of the parts.
      const bool rest = place.level() >= *tree->LevelIndex("county") && place.order() % 5 == 0;
      if (place.children().empty() || rest) places.emplace_back(place.code());
    }
    std::vector<ScoredHousehold> scored;
    std::vector<StandingChange> moved;
    for (int i = 0; i < many; ++i) {
      ScoredHousehold next;
      // A household stays where it is: its number decides.
      const uint32_t number = static_cast<uint32_t>(random() % 3000);
      next.division = places[number % places.size()];
      next.id = absl::StrCat(next.division, "-", number);
      next.poverty_class = static_cast<PovertyClass>(1 + random() % 4);
      next.persons = 1 + static_cast<int>(random() % 6);
      next.index_centipoints = static_cast<int32_t>(random() % 10001);
      next.version = ++version;
      next.time = Noon(day);
      scored.push_back(next);
      if (i % 3 == 0) continue;
      moved.push_back({.id = next.id,
                       .division = next.division,
                       .standing = static_cast<Standing>(random() % 5),
                       .persons = next.persons,
                       .version = version,
                       .time = next.time,
                       .returned = random() % 4 == 0});
      if (random() % 4 != 0) moved.back().causes = {random() % 3 == 0 ? "school" : "illness"};
    }
    const auto changes = store->Apply("e", scored);
    if (!changes.ok()) FAIL(changes.status());
    board->Apply(*changes);
    const auto more = store->ApplyStandings("e", moved);
    if (!more.ok()) FAIL(more.status());
    board->Apply(*more);
  }

  // What a recount from the store's places says of a row, now or at the end of a day.
  std::pair<Counts, CauseCounts> Sums(uint32_t row, std::optional<Day> day) const {
    const Day at = day.value_or(kFirst + 1000);
    const division::Division place = tree->At(board->rests().PlaceOf(row));
    Counts counts = *store->At(place, at);
    CauseCounts causes = *store->CausesAt(place, at);
    if (!board->rests().IsRest(row)) return {counts, causes};
    for (const division::Division& part : place.children()) {
      counts -= *store->At(part, at);
      causes -= *store->CausesAt(part, at);
    }
    return {counts, causes};
  }

  template <typename Visit>  // (TileId, level)
  void EachTile(Visit visit) {
    for (const ZoomLevel& level : shapes->levels()) {
      for (int zoom = level.min_zoom; zoom <= level.max_zoom; ++zoom) {
        for (const geo::TileId id : shapes->builder().Tiles(level.level, zoom)) {
          visit(id, level.level);
        }
      }
    }
  }

  testing::TempDir dir;
  outline::World outlined;
  std::shared_ptr<const division::Tree> tree;
  std::unique_ptr<kv::Store> kv;
  std::unique_ptr<CellStore> store;
  std::unique_ptr<EditionStore> editions;
  std::unique_ptr<Board> board;
  std::unique_ptr<Shapes> shapes;
  std::unique_ptr<Tiles> tiles;
  std::unique_ptr<PublicMap> public_map;
  int64_t version = 0;
};

using Attributes = std::map<std::string, int64_t>;

std::string Told(const Attributes& numbers) {
  std::string text;
  for (const auto& [name, value] : numbers) absl::StrAppend(&text, name, " ", value, ", ");
  return text;
}

// The numbers of each place of a layer by its id; what a decoder finds wrong is a failure.
std::map<uint32_t, Attributes> LayerOf(const Tile& tile, const std::string& name,
                                       const World& world) {
  mvt::TileDecoder decoder;
  std::map<uint32_t, Attributes> found;
  for (const mvt::DecodedLayer& layer : decoder.Decode(*tile.bytes)) {
    if (layer.name != name) continue;
    for (const mvt::DecodedFeature& feature : layer.features) {
      Attributes numbers;
      const auto row = static_cast<uint32_t>(feature.id);
      for (const auto& [key, value] : feature.attributes) {
        if (const auto* number = std::get_if<int64_t>(&value)) numbers[key] = *number;
        if (key == "code") {
          const division::Division place = world.tree->At(world.board->rests().PlaceOf(row));
          REQUIRE(place.code() == std::get<std::string>(value));
        }
      }
      REQUIRE(found.emplace(row, numbers).second);
    }
  }
  CAPTURE(decoder.wrong);
  REQUIRE(decoder.wrong.empty());
  return found;
}

Attributes Expected(const std::pair<Counts, CauseCounts>& sums) {
  const auto& [counts, causes] = sums;
  Attributes numbers = {{"households", counts.households},
                        {"persons", counts.persons},
                        {"poor", counts.poor},
                        {"possibly", counts.possibly_poor},
                        {"stable", counts.stable},
                        {"unscorable", counts.not_scorable},
                        {"poor_persons", counts.poor_persons}};
  if (counts.persons > 0) numbers["incidence"] = counts.IncidencePermille();
  if (counts.households > counts.not_scorable) numbers["index"] = counts.MeanIndex();
  const int64_t illness = causes.Of("illness").main, school = causes.Of("school").main;
  if (illness + school > 0) numbers["cause"] = illness >= school ? 1 : 2;
  return numbers;
}

Attributes Expected(FigureSet set, const std::pair<Counts, CauseCounts>& sums) {
  const auto& [counts, causes] = sums;
  if (set == FigureSet::kIndex) return Expected(sums);
  if (set == FigureSet::kCauses) {
    return {{"households", counts.households},
            {"with_cause", counts.registered + counts.monitored},
            {"illness", causes.Of("illness").main},
            {"school", causes.Of("school").main}};
  }
  return {{"households", counts.households},
          {"registered", counts.registered},
          {"registered_persons", counts.registered_persons},
          {"exited", counts.exited},
          {"exited_persons", counts.exited_persons},
          {"monitored", counts.monitored},
          {"returned", counts.returned}};
}

// A state block with ids, read back.
std::map<uint32_t, Attributes> BlockOf(const Tile& tile, FigureSet set) {
  const std::string& bytes = *tile.bytes;
  size_t at = 0;
  const auto varint = [&] {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      REQUIRE(at < bytes.size());
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  REQUIRE(bytes.at(at++) == 2);
  const uint64_t many = varint();
  at += 8;
  const auto names = ColumnsOf(set, kCauses);
  REQUIRE(varint() == names.size());
  std::vector<uint32_t> ids;
  uint64_t id = 0;
  for (uint64_t i = 0; i < many; ++i) ids.push_back(static_cast<uint32_t>(id += varint()));
  std::map<uint32_t, Attributes> rows;
  for (const std::string& name : names) {
    for (const uint32_t each : ids) {
      const uint64_t value = varint();
      rows[each];
      if (value > 0) rows[each][name] = static_cast<int64_t>(value) - 1;
    }
  }
  REQUIRE(at == bytes.size());
  return rows;
}

TEST_CASE(
    "GIS-1 GIS-2 GIS-3 C1 every tile of now and of past days says what the sums of its places say, "
    "and of who is in none of their parts") {
  const uint64_t seed = GENERATE(1u, 2u);
  CAPTURE(seed);
  std::mt19937 random(static_cast<uint32_t>(seed));
  World world(seed);
  for (Day day = kFirst; day < kFirst + 5; ++day) world.Score(day, 400, random);
  size_t tiles = 0;
  std::map<int, std::set<uint32_t>> drawn;  // by zoom
  std::map<int, int64_t> told;              // households by zoom
  const auto check = [&](geo::TileId id, std::optional<Day> day) {
    const auto tile = world.tiles->Make(id, {.day = day});
    REQUIRE(tile.ok());
    const auto areas = LayerOf(**tile, "area", world);
    const auto rests = LayerOf(**tile, "rest", world);
    for (const auto& [row, numbers] : areas) {
      REQUIRE(Told(numbers) == Told(Expected(world.Sums(row, day))));
      if (day || !drawn[id.zoom()].insert(row).second) continue;
      told[id.zoom()] += numbers.at("households");
    }
    for (const auto& [row, numbers] : rests) {
      REQUIRE(world.board->rests().IsRest(row));
      REQUIRE(Told(numbers) == Told(Expected(world.Sums(row, day))));
      if (!day) told[id.zoom()] += numbers.at("households");
    }
    for (const FigureSet set : {FigureSet::kIndex, FigureSet::kRegister, FigureSet::kCauses}) {
      const auto block = world.tiles->State(id, {.day = day}, set, /*with_ids=*/true);
      REQUIRE(block.ok());
      const auto rows = BlockOf(**block, set);
      REQUIRE(rows.size() == areas.size() + rests.size());
      for (const auto& [row, numbers] : rows) {
        REQUIRE(numbers == Expected(set, world.Sums(row, day)));
      }
    }
  };
  world.EachTile([&](geo::TileId id, int) {
    CAPTURE(id.zoom(), id.x(), id.y());
    check(id, std::nullopt);
    if (++tiles % 7 == 0) check(id, kFirst + static_cast<Day>(random() % 5) - 1);
  });
  CHECK(tiles > 100);
  const int64_t all = world.board->At(0).counts.households;
  for (const ZoomLevel& level : world.shapes->levels()) {
    // A province of half a degree is too small for the first zooms.
    for (int zoom = std::max(3, level.min_zoom); zoom <= level.max_zoom; ++zoom) {
      CHECK(drawn[zoom].size() == world.shapes->builder().Members(level.level).size());
      // Nobody is missing at any zoom, and nobody there twice.
      CHECK(told[zoom] == all);
    }
  }
}

TEST_CASE("GIS-1 SEC-2 an officer's tiles and state blocks tell of nobody outside, in no set") {
  std::mt19937 random(3);
  World world(3);
  world.Score(kFirst, 1500, random);
  const division::Division scope = *world.tree->At(0).children().begin();
  world.EachTile([&](geo::TileId id, int) {
    for (const FigureSet set : {FigureSet::kIndex, FigureSet::kRegister, FigureSet::kCauses}) {
      const auto block = world.tiles->State(id, {.scope = scope}, set, /*with_ids=*/true);
      REQUIRE(block.ok());
      for (const auto& [row, numbers] : BlockOf(**block, set)) {
        const bool own = world.tree->At(world.board->rests().PlaceOf(row)).IsUnder(scope);
        REQUIRE(numbers == (own ? Expected(set, world.Sums(row, std::nullopt)) : Attributes()));
      }
    }
    const auto tile = world.tiles->Make(id, {.scope = scope});
    REQUIRE(tile.ok());
    for (const auto& [row, numbers] : LayerOf(**tile, "rest", world)) {
      const bool own = world.tree->At(world.board->rests().PlaceOf(row)).IsUnder(scope);
      REQUIRE(numbers.empty() == !own);
    }
  });
}

TEST_CASE("SEC-2 every public tile shows what the edition shows, and nothing of what is withheld") {
  std::mt19937 random(5);
  World world(5);
  world.Score(kFirst, 2500, random);
  PublisherSettings settings;
  settings.band_level = 5;
  settings.cause_level = 3;
  Publisher publisher(*world.board, *world.editions, *world.public_map, world.tree, settings);
  const auto first = publisher.Publish(Noon(kFirst));
  REQUIRE(first.ok());
  CHECK(first->counts_count > 0);
  CHECK(first->withheld_count > 0);
  CHECK(ReasonOf(publisher.Publish(Noon(kFirst + 27)).status()) == "EDITION_TOO_SOON");
  // The figures move on, the edition does not.
  world.Score(kFirst + 1, 500, random);
  const auto edition = world.public_map->Of(std::nullopt);
  REQUIRE(edition.ok());
  std::set<uint32_t> shown;
  int told = 0;  // causes
  world.EachTile([&](geo::TileId id, int) {
    const auto tile = world.public_map->Make(id, std::nullopt);
    REQUIRE(tile.ok());
    REQUIRE(LayerOf(**tile, "rest", world).empty());
    for (const auto& [row, numbers] : LayerOf(**tile, "area", world)) {
      const PublishedPlace& place = (*edition)->places[row];
      Attributes expected = {{"shown", static_cast<int64_t>(place.shown)}};
      if (place.shown != Shown::kNothing) expected["band"] = place.band;
      if (place.shown == Shown::kCounts) {
        expected["households"] = place.households;
        expected["persons"] = place.persons;
        expected["poor"] = place.poor;
        expected["possibly"] = place.possibly_poor;
        expected["stable"] = place.stable;
        expected["poor_persons"] = place.poor_persons;
        if (place.persons > 0) expected["incidence"] = place.IncidencePermille();
        if (!place.causes.empty()) {
          told += 1;
          REQUIRE(world.tree->At(row).level() <= settings.cause_level);
          if (place.causes[0] + place.causes[1] > 0) {
            expected["cause"] = place.causes[0] >= place.causes[1] ? 1 : 2;
          }
        }
        shown.insert(row);
      }
      REQUIRE(numbers == expected);
    }
  });
  CHECK(shown.size() > 3);
  CHECK(told > 0);

  // A second edition of the same period withholds at least the same places; a third one, of the
  // next period, begins anew.
  const auto withheld = [&](Day day) {
    std::set<uint32_t> places;
    const auto of = world.public_map->Of(day);
    REQUIRE(of.ok());
    for (uint32_t i = 0; i < world.tree->size(); ++i) {
      if ((*of)->places[i].shown == Shown::kNothing) places.insert(i);
    }
    return places;
  };
  REQUIRE(publisher.Publish(Noon(kFirst + 28)).ok());
  const auto before = withheld(kFirst);
  const auto after = withheld(kFirst + 28);
  CHECK(std::includes(after.begin(), after.end(), before.begin(), before.end()));
  const auto third = publisher.Publish(Noon(kFirst + 90));
  REQUIRE(third.ok());
  CHECK(third->period_first == third->number);
  // Read back from the store, also by another process.
  PublicMap again(*world.shapes, *world.editions);
  REQUIRE(again.Load().ok());
  CHECK(again.List().size() == 3);
  const auto reread = again.Of(kFirst);
  REQUIRE(reread.ok());
  CHECK((*reread)->places == (*edition)->places);
  CHECK(ReasonOf(again.Of(kFirst + 1).status()) == "EDITION_UNKNOWN");
}

}  // namespace
}  // namespace fupin::gis
