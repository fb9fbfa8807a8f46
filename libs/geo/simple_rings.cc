#include "libs/geo/simple_rings.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace fupin::geo {
namespace {

// From a to b and back along the same line.
bool TurnsBack(Point a, Point b, Point c) {
  if (DoubleArea(a, b, c) != 0) return false;
  return (int64_t{a.x} - b.x) * (int64_t{c.x} - b.x) + (int64_t{a.y} - b.y) * (int64_t{c.y} - b.y) >
         0;
}

void NoteSpike(Point tip, SimpleRings& result) {
  if (result.spikes++ == 0) result.spike = tip;
}

// Takes tips away until none is left.
Ring WithoutTips(const Ring& ring, SimpleRings& result) {
  Ring kept;
  for (const Point point : ring) {
    while (kept.size() >= 2 && TurnsBack(kept[kept.size() - 2], kept.back(), point)) {
      NoteSpike(kept.back(), result);
      kept.pop_back();
    }
    if (kept.empty() || kept.back() != point) kept.push_back(point);
  }
  // Around the end: the first and the last points.
  size_t begin = 0;
  while (kept.size() - begin >= 3) {
    const size_t last = kept.size() - 1;
    if (kept[begin] == kept[last] || TurnsBack(kept[last - 1], kept[last], kept[begin])) {
      if (kept[begin] != kept[last]) NoteSpike(kept[last], result);
      kept.pop_back();
    } else if (TurnsBack(kept[last], kept[begin], kept[begin + 1])) {
      NoteSpike(kept[begin++], result);
    } else {
      break;
    }
  }
  kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(begin));
  return kept;
}

// Divides a ring where it passes a point again.
std::vector<Ring> Divide(const Ring& ring, SimpleRings& result) {
  std::vector<Ring> parts;
  Ring open;
  absl::flat_hash_map<Point, size_t> places;
  for (const Point point : ring) {
    const auto [at, is_new] = places.try_emplace(point, open.size());
    if (!is_new) {
      const size_t from = at->second;
      if (parts.empty()) result.split = point;
      parts.emplace_back(open.begin() + static_cast<std::ptrdiff_t>(from), open.end());
      for (size_t i = from + 1; i < open.size(); ++i) places.erase(open[i]);
      open.resize(from);
    }
    open.push_back(point);
  }
  parts.push_back(std::move(open));
  return parts;
}

}  // namespace

SimpleRings MakeSimple(absl::Span<const Point> ring) {
  SimpleRings result;
  Ring points;
  for (const Point point : ring) {
    if (!points.empty() && points.back() == point) {
      ++result.repeated;
    } else {
      points.push_back(point);
    }
  }
  while (points.size() > 1 && points.front() == points.back()) points.pop_back();
  // A part may have tips only where it was cut off, and may meet itself only where a tip was: each
  // round has fewer points.
  std::vector<Ring> open = Divide(WithoutTips(points, result), result);
  while (!open.empty()) {
    Ring part = std::move(open.back());
    open.pop_back();
    const size_t size = part.size();
    const bool whole = size == points.size();
    part = WithoutTips(part, result);
    if (part.size() < 3) {
      if (!whole && size > 0) NoteSpike(part.empty() ? result.split : part.back(), result);
    } else if (part.size() == size) {
      result.rings.push_back(std::move(part));
    } else {
      for (Ring& again : Divide(part, result)) open.push_back(std::move(again));
    }
  }
  std::reverse(result.rings.begin(), result.rings.end());
  if (result.rings.size() > 1) result.parts = static_cast<uint32_t>(result.rings.size());
  return result;
}

}  // namespace fupin::geo
