// Whether outlines that are each sound also fit together: parts lie in their parents, siblings do
// not overlap, and no file is shifted against another as GCJ-02 is against WGS 84.
#ifndef FUPIN_LIBS_OUTLINE_GEOGRAPHY_CHECK_H_
#define FUPIN_LIBS_OUTLINE_GEOGRAPHY_CHECK_H_

#include <cstdint>

#include "absl/types/span.h"
#include "libs/division/tree.h"
#include "libs/outline/fault_list.h"
#include "libs/outline/shape.h"

namespace fupin::outline {

// How many sides are looked at before the comparison of parts with parents is given up.
inline constexpr uint64_t kMaxCheckCost = 2'000'000'000;

struct Tolerances {
  // How far a part may stick out of its parent, and how deep two divisions of one level may reach
  // into one another: layers drawn at different scales do, by some tens of metres.
  double outside_m = 200;
  double overlap_m = 50;

  // Coordinates are stored to a tenth of a metre; the check of a pack itself is at some 1000 m.
  static constexpr double kMinM = 0.2;
  static constexpr double kMaxM = 1000;
};

// Adds to `faults`:
//   OUTLINE_LOOKS_GCJ02, OUTLINE_LOOKS_WGS84: parts fit into their parents only when one of the two
//     files is taken to be of another datum than stated; the field names file and level. Found
//     from the parts that stick out, and where all parts of a parent are there from the middle of
//     both (geo::GuessDatum).
//   OUTLINE_OUTSIDE_PARENT: the farthest point, when the datum does not explain it.
//   OUTLINE_OVERLAP: two divisions of one level, the deepest point.
//   OUTLINE_TOO_COMPLEX: the comparisons would take too long.
// and to `notes` OUTLINE_DATUM_UNCHECKED when no part was compared with a parent of another file.
// `shapes` has no division twice among those not for reference.
void CheckGeography(const division::Tree& tree, absl::Span<const Shape> shapes,
                    absl::Span<const StatedFile> files, const Tolerances& tolerances,
                    FaultList& faults, FaultList& notes);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_GEOGRAPHY_CHECK_H_
