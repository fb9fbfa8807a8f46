// The sides of rings, findable by where they are: makes questions about large outlines cheap.
#ifndef FUPIN_LIBS_GEO_SEGMENT_INDEX_H_
#define FUPIN_LIBS_GEO_SEGMENT_INDEX_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/box_index.h"
#include "libs/geo/point.h"
#include "libs/geo/ring.h"

namespace fupin::geo {

struct Segment {
  Point a, b;  // as the ring runs
  uint32_t ring;

  constexpr Box box() const {
    return {{std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x), std::max(a.y, b.y)}};
  }
};

// Const, hence safe for concurrent use. About 45 bytes a side.
class SegmentIndex {
 public:
  static constexpr uint32_t kNoRing = UINT32_MAX;

  SegmentIndex() = default;
  // A ring is known by its place in `rings`. Sides without length are left out.
  explicit SegmentIndex(absl::Span<const Ring> rings);

  const std::vector<Segment>& segments() const { return segments_; }
  // Appends the numbers of the segments whose boxes meet `box`, ascending.
  void Find(const Box& box, std::vector<uint32_t>& found) const { index_.Find(box, found); }

  // Whether an odd number of rings contain the point, `except` not counted: the same answer as
  // geo::Contains, in time that grows with the sides to the east of the point at its height.
  // `cost`, when given, grows by the sides looked at: for callers that give up at some number.
  bool Contains(Point point, uint32_t except = kNoRing, uint64_t* cost = nullptr) const;

  // Microdegrees only. Metres from a place to the nearest side; `enough` or less is not looked at
  // any closer: then some distance up to `enough` is returned. Infinite when there are no sides.
  double NearestM(Point place, double enough_m, uint64_t* cost = nullptr) const;

 private:
  std::vector<Segment> segments_;
  BoxIndex index_;
  Box box_;
};

// For each ring whether it is a hole: inside an odd number of the others. The rings may touch but
// not cross (not checked). Nothing when more than kMaxHoleCost sides had to be looked at: only
// outlines made to be slow come near.
inline constexpr uint64_t kMaxHoleCost = 100'000'000;
std::optional<std::vector<bool>> FindHoles(const SegmentIndex& index, absl::Span<const Ring> rings);

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_SEGMENT_INDEX_H_
