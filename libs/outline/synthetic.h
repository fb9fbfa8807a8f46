// Invents outlines for every lowest division of a tree (合成数据), for demonstration and tests.
//
// The area inside the frames is divided into hexagons with uneven corners; each frame gets those
// whose centre it contains, and hands them down the tree in connected pieces, in proportion to how
// many lowest divisions a part has. So all parts tile their parent exactly. Nothing below a frame
// resembles reality.
#ifndef FUPIN_LIBS_OUTLINE_SYNTHETIC_H_
#define FUPIN_LIBS_OUTLINE_SYNTHETIC_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/division/tree.h"
#include "libs/geo/point.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

// Where a division (a prefecture, say) really is.
struct Frame {
  std::string code;
  // Of all its polygons; outer rings and holes in any order, closed or not, degrees. May be rough:
  // gaps and overlaps between frames below the width of a cell do not matter.
  std::vector<std::vector<geo::LonLat>> rings;
};

struct SyntheticOptions {
  // Hexagons for a lowest division, on average; more make smoother sizes and longer borders.
  double cells = 4.5;
  uint64_t seed = 20201120;
  Origin frames;  // where the frames come from; the pack's own texts are made from it
};

// Deterministic. Every lowest division must lie under one frame, or be one.
// INVALID_ARGUMENT: OUTLINE_DIVISION_UNKNOWN, SYNTHETIC_PREFECTURE (a lowest division without a
// frame,
//   a frame without room). RESOURCE_EXHAUSTED / SYNTHETIC_SPLIT: no division into connected pieces
//   was found, with up to four times the cells.
absl::StatusOr<OutlinePack> MakeSynthetic(const division::Tree& tree,
                                          const std::vector<Frame>& frames,
                                          const SyntheticOptions& options);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_SYNTHETIC_H_
