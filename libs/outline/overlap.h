// Whether two divisions of one level claim the same ground.
#ifndef FUPIN_LIBS_OUTLINE_OVERLAP_H_
#define FUPIN_LIBS_OUTLINE_OVERLAP_H_

#include <cstdint>

#include "absl/types/span.h"
#include "libs/division/tree.h"
#include "libs/outline/fault_list.h"
#include "libs/outline/shape.h"

namespace fupin::outline {

// How many sides are looked at before it is given up, after about half a minute of one core: only
// input made to be slow comes near.
inline constexpr uint64_t kMaxOverlapCost = 1'000'000'000;

// Adds OUTLINE_OVERLAP for every pair of one level that reaches more than `tolerance_m` into one
// another, with the deepest point; OUTLINE_TOO_COMPLEX when not all pairs were compared. Exactly
// the same border is not seen here (Outlines::Make refuses it). Files for reference are left out.
void FindOverlaps(const division::Tree& tree, absl::Span<const Shape> shapes,
                  absl::Span<const StatedFile> files, double tolerance_m, FaultList& faults);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_OVERLAP_H_
