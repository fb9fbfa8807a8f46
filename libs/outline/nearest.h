// Which outline is nearest to a place outside of all.
#ifndef FUPIN_LIBS_OUTLINE_NEAREST_H_
#define FUPIN_LIBS_OUTLINE_NEAREST_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "libs/geo/point.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

struct Near {
  uint32_t order;
  double distance_m;  // along a sphere of the earth's mean radius: right to half a per cent
};

// Of `among` the one whose border is nearest, if that is at most `limit_m` away (up to 100 km). A
// place inside of one is as far from it as from its border. 1 ms for 100,000 outlines.
std::optional<Near> FindNearest(const Outlines& outlines, absl::Span<const uint32_t> among,
                                geo::LonLat place, double limit_m);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_NEAREST_H_
