// Which points of a line matter: Visvalingam's effective areas.
#ifndef FUPIN_LIBS_GEO_SIMPLIFY_H_
#define FUPIN_LIBS_GEO_SIMPLIFY_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/point.h"

namespace fupin::geo {

inline constexpr uint64_t kAlwaysKept = UINT64_MAX;

// For each point twice the area of the triangle it made with its neighbours when it was the least
// important one left; never less than that of a point removed before, so a line is simplified by
// keeping the points at or above a threshold, and a finer line contains every point of a coarser
// one. The ends are kAlwaysKept. n log n.
std::vector<uint64_t> EffectiveAreas(absl::Span<const Point> line);

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_SIMPLIFY_H_
