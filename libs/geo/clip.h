// Cuts rings to a rectangle.
#ifndef FUPIN_LIBS_GEO_CLIP_H_
#define FUPIN_LIBS_GEO_CLIP_H_

#include "absl/types/span.h"
#include "libs/geo/point.h"
#include "libs/geo/ring.h"

namespace fupin::geo {

// The part of `ring` inside `box`, by Sutherland and Hodgman: pieces that the box separates stay
// joined along its border. A new point on the border depends only on the edge it is cut from, not
// on its direction: two neighbours are cut at the same point. Keeps the winding. `clipped` may end
// up with fewer than three points; `scratch` is memory to reuse. Coordinates below 2^29.
void ClipRing(absl::Span<const Point> ring, const Box& box, Ring& clipped, Ring& scratch);

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_CLIP_H_
