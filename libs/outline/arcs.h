// Stretches of border, each stored once and shared by the areas on both sides.
#ifndef FUPIN_LIBS_OUTLINE_ARCS_H_
#define FUPIN_LIBS_OUTLINE_ARCS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/point.h"

namespace fupin::outline {

// An arc with its direction: i, or ~i for arc i from its end to its begin.
using DirectedArc = int32_t;
constexpr uint32_t ArcOf(DirectedArc arc) { return static_cast<uint32_t>(arc < 0 ? ~arc : arc); }

struct Arcs {
  uint32_t size() const { return static_cast<uint32_t>(from.size()); }
  absl::Span<const geo::Point> points_of(uint32_t arc) const {
    return absl::MakeConstSpan(points).subspan(begins[arc], begins[arc + 1] - begins[arc]);
  }
  uint32_t StartNode(DirectedArc arc) const { return arc < 0 ? to[~arc] : from[arc]; }
  uint32_t EndNode(DirectedArc arc) const { return arc < 0 ? from[~arc] : to[arc]; }

  std::vector<geo::Point> points;
  std::vector<uint32_t> begins = {0};
  // Where arcs meet: equal end points have equal numbers, 0 to node_count - 1.
  std::vector<uint32_t> from;
  std::vector<uint32_t> to;
  uint32_t node_count = 0;
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_ARCS_H_
