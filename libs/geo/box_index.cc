#include "libs/geo/box_index.h"

#include <algorithm>
#include <cmath>

namespace fupin::geo {

BoxIndex::BoxIndex(absl::Span<const Box> boxes) {
  for (uint32_t i = 0; i < boxes.size(); ++i) {
    if (!boxes[i].empty()) numbers_.push_back(i);
  }
  // Sort-tile-recursive: stripes by x, in a stripe by y.
  const auto centre_x = [&](uint32_t i) { return int64_t{boxes[i].min.x} + boxes[i].max.x; };
  const auto centre_y = [&](uint32_t i) { return int64_t{boxes[i].min.y} + boxes[i].max.y; };
  std::sort(numbers_.begin(), numbers_.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(centre_x(a), a) < std::pair(centre_x(b), b);
  });
  const size_t nodes = (numbers_.size() + kFanOut - 1) / kFanOut;
  const size_t stripe =
      kFanOut *
      std::max<size_t>(1, static_cast<size_t>(std::ceil(std::sqrt(static_cast<double>(nodes)))));
  for (size_t begin = 0; begin < numbers_.size(); begin += stripe) {
    const size_t end = std::min(begin + stripe, numbers_.size());
    std::sort(numbers_.begin() + begin, numbers_.begin() + end, [&](uint32_t a, uint32_t b) {
      return std::pair(centre_y(a), a) < std::pair(centre_y(b), b);
    });
  }
  for (const uint32_t number : numbers_) boxes_.push_back(boxes[number]);
  Floor floor{0, static_cast<uint32_t>(boxes_.size())};
  floors_.push_back(floor);
  while (floor.end - floor.begin > kFanOut) {
    const uint32_t begin = static_cast<uint32_t>(boxes_.size());
    for (uint32_t i = floor.begin; i < floor.end; i += kFanOut) {
      Box box;
      for (uint32_t j = i; j < std::min(i + kFanOut, floor.end); ++j) box.Extend(boxes_[j]);
      boxes_.push_back(box);
    }
    floor = {begin, static_cast<uint32_t>(boxes_.size())};
    floors_.push_back(floor);
  }
}

void BoxIndex::Find(const Box& box, std::vector<uint32_t>& found) const {
  const auto first = static_cast<std::ptrdiff_t>(found.size());
  FindUnordered(box, found);
  std::sort(found.begin() + first, found.end());
}

void BoxIndex::FindUnordered(const Box& box, std::vector<uint32_t>& found) const {
  if (floors_.empty()) return;
  // Depth first; a floor has at most kFanOut open siblings.
  struct Open {
    uint32_t floor;
    uint32_t at;
    uint32_t end;
  };
  Open stack[16];
  uint32_t depth = 0;
  stack[depth++] = {static_cast<uint32_t>(floors_.size()) - 1, floors_.back().begin,
                    floors_.back().end};
  while (depth > 0) {
    Open& open = stack[depth - 1];
    if (open.at == open.end) {
      --depth;
      continue;
    }
    const uint32_t at = open.at++;
    if (!boxes_[at].Meets(box)) continue;
    if (open.floor == 0) {
      found.push_back(numbers_[at]);
      continue;
    }
    const Floor& below = floors_[open.floor - 1];
    const uint32_t begin = below.begin + (at - floors_[open.floor].begin) * kFanOut;
    stack[depth++] = {open.floor - 1, begin, std::min(begin + kFanOut, below.end)};
  }
}

}  // namespace fupin::geo
