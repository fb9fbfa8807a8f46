// Puts directed lines together to rings.
#ifndef FUPIN_LIBS_OUTLINE_RING_ASSEMBLY_H_
#define FUPIN_LIBS_OUTLINE_RING_ASSEMBLY_H_

#include <vector>

#include "libs/outline/arcs.h"

namespace fupin::outline {

// `ways` enclose an area to their left (y to the south; that is to the right with north up): as
// many end in each node as begin there. Returns rings that use every way once and pass no node
// twice: areas that touch in a point get rings of their own.
std::vector<std::vector<DirectedArc>> AssembleRings(const Arcs& lines,
                                                    std::vector<DirectedArc> ways);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_RING_ASSEMBLY_H_
