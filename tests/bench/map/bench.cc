#include "tests/bench/map/bench.h"

#include <algorithm>
#include <set>
#include <utility>

namespace fupin::bench::map {

std::optional<size_t> Bench::HouseholdIn(const std::vector<uint32_t>& places) {
  const size_t first = places.empty() ? 0 : random.Next() % places.size();
  for (size_t i = 0; i < places.size(); ++i) {
    const uint32_t place = places[(first + i) % places.size()];
    const uint32_t end = province.tree().At(place).subtree_end();
    if (const auto household = province.FirstHouseholdFrom(place);
        household && province.HamletOf(*household) < end) {
      return household;
    }
  }
  return std::nullopt;
}

std::vector<Change> Bench::Changes(int count) {
  std::vector<Change> changes;
  changes.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) changes.push_back(province.Score(AnyHousehold(), time_ms));
  return changes;
}

void Bench::ChangeEveryTile() {
  std::set<size_t> households;
  for (const Tile& tile : list) households.insert(*HouseholdIn(tile.members));
  std::vector<Change> changes;
  for (const size_t household : households) changes.push_back(province.Score(household, time_ms));
  suite.Take(suite.Events(changes));
}

double Median(std::vector<double> values) { return Percentile(values, 0.5); }

}  // namespace fupin::bench::map
