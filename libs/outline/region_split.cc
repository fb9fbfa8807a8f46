#include "libs/outline/region_split.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <queue>
#include <utility>

#include "libs/outline/scatter.h"

namespace fupin::outline {
namespace {

// The axis along which the cells spread most, as an angle.
double LongAxis(const HexLattice& lattice, absl::Span<const uint32_t> cells) {
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  for (const uint32_t cell : cells) {
    x += lattice.PlaneX(cell);
    y += lattice.PlaneY(cell);
  }
  x /= static_cast<double>(cells.size());
  y /= static_cast<double>(cells.size());
  for (const uint32_t cell : cells) {
    const double dx = lattice.PlaneX(cell) - x, dy = lattice.PlaneY(cell) - y;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  return 0.5 * std::atan2(2 * xy, xx - yy);
}

}  // namespace

RegionSplitter::RegionSplitter(const HexLattice& lattice, uint64_t seed)
    : lattice_(lattice), seed_(seed), side_(lattice.size()), mark_(lattice.size()) {}

bool RegionSplitter::MayLeave(uint32_t cell) const {
  const auto around = lattice_.Neighbours(cell);
  int runs = 0;
  for (size_t i = 0; i < 6; ++i) {
    if (side_[around[i]] == 2 && side_[around[i == 0 ? 5 : i - 1]] != 2) ++runs;
  }
  // Not from the inside either (no run, six neighbours): a ring would be left around it for good.
  return runs == 1;
}

bool RegionSplitter::FindDependents(uint32_t cell, size_t limit,
                                    std::vector<uint32_t>& dependents) {
  dependents.assign(1, cell);
  ++stamp_;
  mark_[cell] = stamp_;
  std::vector<uint32_t> largest;
  bool too_many = false;
  for (const uint32_t start : lattice_.Neighbours(cell)) {
    if (side_[start] != 2 || mark_[start] == stamp_) continue;
    std::vector<uint32_t> piece{start};
    mark_[start] = stamp_;
    for (size_t i = 0; i < piece.size() && piece.size() <= limit; ++i) {
      for (const uint32_t next : lattice_.Neighbours(piece[i])) {
        if (side_[next] != 2 || mark_[next] == stamp_) continue;
        mark_[next] = stamp_;
        piece.push_back(next);
      }
    }
    // Where two are large nothing moves, so it does not matter that one walked into the other.
    if (piece.size() > limit && std::exchange(too_many, true)) return false;
    if (piece.size() > largest.size()) largest.swap(piece);
    dependents.insert(dependents.end(), piece.begin(), piece.end());
  }
  return dependents.size() <= limit;
}

bool RegionSplitter::FindFewestDependents(absl::Span<const uint32_t> region, size_t limit) {
  std::vector<uint32_t> moved;
  moving_.clear();
  for (const uint32_t cell : region) {
    if (side_[cell] != 2) continue;
    const auto around = lattice_.Neighbours(cell);
    if (std::none_of(around.begin(), around.end(), [&](uint32_t c) { return side_[c] == 1; }))
      continue;
    if (FindDependents(cell, limit, moved) && (moving_.empty() || moved.size() < moving_.size()))
      moving_.swap(moved);
  }
  return !moving_.empty();
}

size_t RegionSplitter::Grow(absl::Span<const uint32_t> region, const Wanted& wanted, double dx,
                            double dy) {
  for (const uint32_t cell : region) side_[cell] = 2;
  // A front that moves along (dx, dy), not quite straight.
  const double waves = std::sqrt(static_cast<double>(region.size()));
  const auto key = [&](uint32_t cell) {
    const double x = lattice_.PlaneX(cell), y = lattice_.PlaneY(cell);
    return x * dx + y * dy + waves * 0.16 * SmoothScatter(seed_, 3 * x / waves, 3 * y / waves) +
           0.9 * SmoothScatter(seed_ + 1, x / 2.5, y / 2.5);
  };
  using Entry = std::pair<double, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> front;
  Entry start{0, UINT32_MAX};
  for (const uint32_t cell : region) {
    if (!MayLeave(cell)) continue;
    const Entry entry{key(cell), cell};
    if (start.second == UINT32_MAX || entry < start) start = entry;
  }
  if (start.second == UINT32_MAX) return 0;
  front.push(start);
  size_t size = 0;
  const size_t most = region.size() - wanted.second_least;
  // A bay behind the front may come along whole, rather than stay reachable by a strip along the
  // border.
  const size_t bay = std::max<size_t>(2, wanted.first / 12);
  const auto move = [&] {
    for (const uint32_t cell : moving_) side_[cell] = 1;
    for (const uint32_t cell : moving_) {
      for (const uint32_t next : lattice_.Neighbours(cell)) {
        if (side_[next] == 2) front.emplace(key(next), next);
      }
    }
    size += moving_.size();
  };
  while (size < wanted.first) {
    if (front.empty()) {
      // Too many at once: rather fewer than wanted than many more.
      if (size == 0 || !FindFewestDependents(region, most - size)) break;
      move();
      continue;
    }
    const uint32_t cell = front.top().second;
    front.pop();
    if (side_[cell] != 2) continue;
    if (MayLeave(cell)) {
      moving_.assign(1, cell);
    } else if (size == 0 ||
               !FindDependents(cell, std::min({bay, most - size, wanted.first + bay / 2 - size}),
                               moving_)) {
      continue;  // asked again when a neighbour has left
    }
    move();
  }
  return size;
}

size_t RegionSplitter::Split(absl::Span<uint32_t> region, const Wanted& wanted) {
  const double axis = LongAxis(lattice_, region);
  size_t best = 0;
  std::vector<uint8_t> best_sides;
  const auto miss = [&](size_t size) {
    return size > wanted.first ? size - wanted.first : wanted.first - size;
  };
  // Across the long axis first, then other directions.
  for (const double turn : {0.0, 1.0, 0.5, 1.5, 0.25, 1.25, 0.75, 1.75}) {
    const double angle = axis + turn * std::numbers::pi;
    const size_t size = Grow(region, wanted, std::cos(angle), std::sin(angle));
    if (size >= wanted.first_least && size > 0 && region.size() - size >= wanted.second_least &&
        (best == 0 || miss(size) < miss(best))) {
      best = size;
      best_sides.clear();
      for (const uint32_t cell : region) best_sides.push_back(side_[cell]);
      if (miss(size) <= wanted.first / 20) break;
    }
  }
  if (best > 0) {
    for (size_t i = 0; i < region.size(); ++i) side_[region[i]] = best_sides[i];
    std::stable_partition(region.begin(), region.end(),
                          [&](uint32_t cell) { return side_[cell] == 1; });
  }
  for (const uint32_t cell : region) side_[cell] = 0;
  return best;
}

}  // namespace fupin::outline
