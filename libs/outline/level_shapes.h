// The shapes of one level, ready to be cut into tiles: borders as lines with the zoom from which
// each point shows, and the rings of every member made of those lines.
#ifndef FUPIN_LIBS_OUTLINE_LEVEL_SHAPES_H_
#define FUPIN_LIBS_OUTLINE_LEVEL_SHAPES_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/box_index.h"
#include "libs/geo/point.h"
#include "libs/outline/arcs.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

class LevelShapes {
 public:
  // `members`: order numbers, ascending, none above another.
  LevelShapes(const Outlines& outlines, std::vector<uint32_t> members);

  // A ring is an outer one, clockwise to the eye, or a hole of the outer ring before.
  struct Ring {
    uint32_t begin;  // in ways
    uint32_t end;
    bool hole;
  };

  // A member is known here by its place in `members`.
  std::vector<uint32_t> members;
  std::vector<geo::Box> boxes;
  std::vector<geo::Point> labels;
  geo::BoxIndex index;
  // Rings of member i: ring_begins[i] to ring_begins[i + 1].
  std::vector<uint32_t> ring_begins = {0};
  std::vector<Ring> rings;
  std::vector<DirectedArc> ways;  // numbers of lines; ~i backwards

  // Border from one point where three areas meet to the next; or a closed line.
  Arcs lines;
  std::vector<uint8_t> zooms;  // by point of `lines`: shows at this zoom and above
  std::vector<geo::Box> line_boxes;

 private:
  // Where the arcs of the pack went.
  struct Placed {
    DirectedArc line;  // ~i: against the direction of the line
    bool first;        // the line begins with this arc
  };
  std::vector<Placed> MakeLines(const Outlines& outlines,
                                const std::vector<std::vector<DirectedArc>>& borders);
  void SetZooms();
  void AddMember(std::vector<DirectedArc> border);
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_LEVEL_SHAPES_H_
