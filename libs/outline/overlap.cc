#include "libs/outline/overlap.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/geo/box_index.h"
#include "libs/geo/crossing.h"
#include "libs/geo/mercator.h"
#include "libs/geo/segment_index.h"

namespace fupin::outline {
namespace {

struct Deepest {
  double metres = 0;
  geo::Point at{};
};

geo::Point Between(geo::Point a, geo::Point b) {
  return {static_cast<int32_t>((int64_t{a.x} + b.x) / 2),
          static_cast<int32_t>((int64_t{a.y} + b.y) / 2)};
}

// One outline with what is needed to ask how deep others reach into it.
class Ground {
 public:
  Ground(const Shape& shape, double tolerance_m)
      : index_(shape.rings), box_(shape.box), tolerance_m_(tolerance_m) {}

  // Looks at the corners of `other`, and where its sides cross those of this one, between the
  // crossings: an overlap has corners or such pieces of one of the two on its border.
  void Reach(const Shape& other, Deepest& deepest, uint64_t& cost) const {
    std::vector<uint32_t> near;
    geo::Ring stops;
    for (const geo::Ring& ring : other.rings) {
      for (size_t i = 0; i < ring.size(); ++i) {
        const geo::Point a = ring[i], b = ring[i + 1 == ring.size() ? 0 : i + 1];
        const geo::Segment side{a, b, 0};
        if (++cost > kMaxOverlapCost) return;
        if (!side.box().Meets(box_)) continue;
        LookAt(a, deepest, cost);
        near.clear();
        index_.Find(side.box(), near);
        cost += near.size();
        stops.clear();
        for (const uint32_t j : near) {
          const geo::Segment& crossed = index_.segments()[j];
          if (geo::SegmentsCross(a, b, crossed.a, crossed.b))
            stops.push_back(geo::CrossingPoint(a, b, crossed.a, crossed.b));
        }
        if (stops.empty()) continue;
        stops.push_back(a);
        stops.push_back(b);
        // Along the side: by x, then by y the way the side runs.
        const bool falls = (a.x < b.x) != (a.y < b.y);
        std::sort(stops.begin(), stops.end(), [falls](geo::Point p, geo::Point q) {
          return p.x != q.x ? p.x < q.x : falls ? p.y > q.y : p.y < q.y;
        });
        for (size_t s = 1; s < stops.size(); ++s)
          LookAt(Between(stops[s - 1], stops[s]), deepest, cost);
      }
    }
  }

 private:
  void LookAt(geo::Point point, Deepest& deepest, uint64_t& cost) const {
    if (!index_.Contains(point, geo::SegmentIndex::kNoRing, &cost)) return;
    const double metres = index_.NearestM(point, tolerance_m_, &cost);
    if (metres > tolerance_m_ && metres > deepest.metres) deepest = {metres, point};
  }

  const geo::SegmentIndex index_;
  const geo::Box box_;
  const double tolerance_m_;
};

}  // namespace

void FindOverlaps(const division::Tree& tree, absl::Span<const Shape> shapes,
                  absl::Span<const StatedFile> files, double tolerance_m, FaultList& faults) {
  std::vector<geo::Box> boxes;
  for (const Shape& shape : shapes)
    boxes.push_back(files[shape.file].reference ? geo::Box() : shape.box);
  const geo::BoxIndex index(boxes);
  const auto level = [&](uint32_t i) { return tree.At(shapes[i].order).level(); };
  // Found from the one side and perhaps deeper from the other: each pair is told once.
  struct Pair {
    uint32_t a, b;
    Deepest deepest;
  };
  std::vector<Pair> pairs;
  uint64_t cost = 0;
  std::vector<uint32_t> near;
  for (uint32_t i = 0; i < shapes.size(); ++i) {
    if (boxes[i].empty()) continue;
    near.clear();
    index.Find(boxes[i], near);
    cost += near.size() + shapes[i].rings.size();
    std::erase_if(near, [&](uint32_t j) { return j == i || level(j) != level(i); });
    if (near.empty()) continue;
    const Ground ground(shapes[i], tolerance_m);
    for (const uint32_t j : near) {
      Deepest deepest;
      ground.Reach(shapes[j], deepest, cost);
      if (deepest.metres > 0) pairs.push_back({std::min(i, j), std::max(i, j), deepest});
      if (cost > kMaxOverlapCost) break;
    }
    if (cost > kMaxOverlapCost) {
      faults.Add("OUTLINE_TOO_COMPLEX", shapes[i].label,
                 absl::StrCat(kMaxOverlapCost, " comparisons of neighbours"));
      break;
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& p, const Pair& q) {
    return std::pair(p.a, p.b) != std::pair(q.a, q.b) ? std::pair(p.a, p.b) < std::pair(q.a, q.b)
                                                      : p.deepest.metres > q.deepest.metres;
  });
  for (size_t p = 0; p < pairs.size(); ++p) {
    const auto& [a, b, deepest] = pairs[p];
    if (p > 0 && pairs[p - 1].a == a && pairs[p - 1].b == b) continue;
    const geo::LonLat place = geo::FromMicrodegrees(deepest.at);
    faults.Add("OUTLINE_OVERLAP", shapes[b].label,
               absl::StrFormat("%s: %.0f m > %.0f m (%.6f,%.6f)", shapes[a].label, deepest.metres,
                               tolerance_m, place.lon, place.lat));
  }
}

}  // namespace fupin::outline
