#include "libs/geo/clip.h"

#include <utility>

namespace fupin::geo {
namespace {

// Half up; `denominator` > 0.
int32_t RoundedQuotient(int64_t numerator, int64_t denominator) {
  const int64_t doubled = 2 * numerator + denominator;
  const int64_t quotient = doubled / (2 * denominator);
  return static_cast<int32_t>(quotient - (doubled % (2 * denominator) < 0 ? 1 : 0));
}

// Where the edge reaches x = `at`; the same for a->b and b->a.
struct AtX {
  static int32_t Of(Point p) { return p.x; }
  static Point Cut(Point a, Point b, int32_t at) {
    if (b < a) std::swap(a, b);
    return {at,
            a.y + RoundedQuotient((int64_t{b.y} - a.y) * (int64_t{at} - a.x), int64_t{b.x} - a.x)};
  }
};
struct AtY {
  static int32_t Of(Point p) { return p.y; }
  static Point Cut(Point a, Point b, int32_t at) {
    if (b.y < a.y) std::swap(a, b);
    return {a.x + RoundedQuotient((int64_t{b.x} - a.x) * (int64_t{at} - a.y), int64_t{b.y} - a.y),
            at};
  }
};

template <typename Axis, bool kKeepAbove>
void Cut(absl::Span<const Point> in, int32_t at, Ring& out) {
  out.clear();
  if (in.empty()) return;
  const auto inside = [at](Point p) { return kKeepAbove ? Axis::Of(p) >= at : Axis::Of(p) <= at; };
  Point last = in.back();
  bool last_inside = inside(last);
  for (const Point point : in) {
    const bool here = inside(point);
    // A point on the line is inside: an edge that only reaches it is not cut again.
    if (here != last_inside && Axis::Of(here ? point : last) != at)
      out.push_back(Axis::Cut(last, point, at));
    if (here) out.push_back(point);
    last = point;
    last_inside = here;
  }
}

}  // namespace

void ClipRing(absl::Span<const Point> ring, const Box& box, Ring& clipped, Ring& scratch) {
  Cut<AtX, true>(ring, box.min.x, scratch);
  Cut<AtX, false>(scratch, box.max.x, clipped);
  Cut<AtY, true>(clipped, box.min.y, scratch);
  Cut<AtY, false>(scratch, box.max.y, clipped);
}

}  // namespace fupin::geo
