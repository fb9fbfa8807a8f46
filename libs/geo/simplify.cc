#include "libs/geo/simplify.h"

#include <cstdlib>
#include <functional>
#include <queue>
#include <utility>

#include "libs/geo/ring.h"

namespace fupin::geo {

std::vector<uint64_t> EffectiveAreas(absl::Span<const Point> line) {
  std::vector<uint64_t> areas(line.size(), kAlwaysKept);
  if (line.size() < 3) return areas;
  const uint32_t last = static_cast<uint32_t>(line.size()) - 1;
  std::vector<uint32_t> before(line.size()), after(line.size());
  std::vector<uint64_t> now(line.size(), kAlwaysKept);
  using Entry = std::pair<uint64_t, uint32_t>;  // equal areas: the earlier point first
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> least;
  const auto weigh = [&](uint32_t i) {
    now[i] = static_cast<uint64_t>(std::abs(DoubleArea(line[before[i]], line[i], line[after[i]])));
    least.emplace(now[i], i);
  };
  for (uint32_t i = 1; i < last; ++i) {
    before[i] = i - 1;
    after[i] = i + 1;
    weigh(i);
  }
  uint64_t floor = 0;
  while (!least.empty()) {
    const auto [area, i] = least.top();
    least.pop();
    if (areas[i] != kAlwaysKept || area != now[i]) continue;  // outdated
    floor = std::max(floor, area);
    areas[i] = floor;
    const uint32_t left = before[i], right = after[i];
    after[left] = right;
    before[right] = left;
    if (left != 0) weigh(left);
    if (right != last) weigh(right);
  }
  return areas;
}

}  // namespace fupin::geo
