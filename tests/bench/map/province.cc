#include "tests/bench/map/province.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"

namespace fupin::bench::map {
namespace {

gis::PovertyClass ClassOf(int32_t index_centipoints) {
  if (index_centipoints < 6000) return gis::PovertyClass::kPoor;
  return index_centipoints <= 8000 ? gis::PovertyClass::kPossiblyPoor : gis::PovertyClass::kStable;
}

gis::Counts CountsOf(const Household& household) {
  return gis::CountsOf(ClassOf(household.index_centipoints), household.persons,
                       household.index_centipoints);
}

}  // namespace

std::string Province::division_file() { return FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv"; }

Province::Province(const std::string& dir, int hamlets) : dir_(dir) {
  if (!std::filesystem::exists(outline_file())) MakeFiles(hamlets);
  tree_ = *division::Tree::Load({division_file(), hamlet_file()});
  outlines_ = *outline::Outlines::Load(outline_file(), tree_);
  sums_.resize(tree_->size());
  const int level = *tree_->LevelIndex("hamlet");
  for (const division::Division& place : tree_->all()) {
    if (place.level() != level) continue;
    const int count = 1 + static_cast<int>(random_.Next() % 3);
    for (int number = 1; number <= count; ++number) {
      // About one in ten is poor, half of the others possibly.
      const uint32_t share = random_.Next() % 20;
      const int32_t from = share < 2 ? 3000 : share < 11 ? 6000 : 8001;
      households_.push_back({place.order(), number, 5 + static_cast<int>(random_.Next() % 281),
                             from + static_cast<int32_t>(random_.Next() % 1900)});
    }
  }
}

void Province::MakeFiles(int hamlets) const {
  std::filesystem::create_directories(dir_);
  const auto base = *division::Tree::Load({division_file()});
  const int level = *base->LevelIndex("village");
  const uint64_t villages = base->CountAt(level);
  std::string text = "# 合成数据 synthetic: natural villages have no national code\n";
  Random random;
  uint64_t village = 0;
  uint64_t made = 0;
  for (const division::Division& place : base->all()) {
    if (place.level() != level) continue;
    ++village;
    // Uneven, and right in sum.
    const uint64_t due = village * static_cast<uint64_t>(hamlets) / villages;
    const uint64_t spread = 2 * static_cast<uint64_t>(hamlets) / villages;
    uint64_t count = village == villages ? due - made : due > made ? due - made : 0;
    if (village < villages && spread > 0) count = std::min(count, 1 + random.Next() % spread);
    for (uint64_t part = 1; part <= count; ++part) {
      absl::StrAppendFormat(&text, "%s%03d\t%s\thamlet\t%d组(合成)\n", std::string(place.code()),
                            part, std::string(place.code()), part);
    }
    made += count;
  }
  FUPIN_CHECK(config::WriteFile(hamlet_file(), text).ok());
  const std::string make = absl::StrCat(
      FUPIN_BINARY_DIR "/bin/fupin_outlines --divisions ", division_file(), ",", hamlet_file(),
      " --prefectures " FUPIN_SOURCE_DIR
      "/deploy/geography/guizhou_prefectures.geojson --datum not_stated --source_zh 合成"
      " --source_en synthetic --licence_zh 测试 --licence_en test --out ",
      outline_file(), ".new");
  FUPIN_CHECK(std::system(make.c_str()) == 0);
  std::filesystem::rename(outline_file() + ".new", outline_file());
}

std::optional<size_t> Province::FirstHouseholdFrom(uint32_t order) const {
  const auto found = std::lower_bound(
      households_.begin(), households_.end(), order,
      [](const Household& household, uint32_t at) { return household.hamlet < at; });
  if (found == households_.end()) return std::nullopt;
  return static_cast<size_t>(found - households_.begin());
}

Change Province::Score(size_t household, int64_t time_ms) {
  const Household& known = households_[household];
  int32_t index = known.index_centipoints;
  if (known.version > 0) {
    index += 1 + static_cast<int32_t>(random_.Next() % 6000);
    if (index > 9900) index -= 6900;
  }
  return ScoreAs(household, index, time_ms);
}

Change Province::ScoreAs(size_t household, int32_t index_centipoints, int64_t time_ms) {
  Household& known = households_[household];
  Change change;
  change.hamlet = known.hamlet;
  if (known.version > 0) change.delta -= CountsOf(known);
  ++known.version;
  known.index_centipoints = index_centipoints;
  change.delta += CountsOf(known);
  const division::Division place = tree_->At(known.hamlet);
  for (const division::Division& above : place.Path()) sums_[above.order()] += change.delta;
  change.scored.set_household(absl::StrCat("households/", place.code(), "-", known.number));
  change.scored.set_division(std::string(place.code()));
  change.scored.set_person_count(known.persons);
  auto* score = change.scored.mutable_score();
  score->set_catalog("guizhou");
  score->set_catalog_version(1);
  score->set_index_centipoints(known.index_centipoints);
  score->set_poverty_class(
      static_cast<identification::v1::PovertyClass>(ClassOf(known.index_centipoints)));
  score->set_version(known.version);
  score->mutable_score_time()->set_seconds(time_ms / 1000);
  score->mutable_score_time()->set_nanos(static_cast<int32_t>(time_ms % 1000) * 1'000'000);
  return change;
}

}  // namespace fupin::bench::map
