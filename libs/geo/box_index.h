// Finds the boxes that meet a box: a packed R-tree, built once.
#ifndef FUPIN_LIBS_GEO_BOX_INDEX_H_
#define FUPIN_LIBS_GEO_BOX_INDEX_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/point.h"

namespace fupin::geo {

// Const, hence safe for concurrent use. 24 bytes a box.
class BoxIndex {
 public:
  BoxIndex() = default;
  // Boxes are known by their place in `boxes`; empty ones are never found.
  explicit BoxIndex(absl::Span<const Box> boxes);

  // Appends the numbers of all boxes that meet `box` to `found`, in ascending order.
  void Find(const Box& box, std::vector<uint32_t>& found) const;
  // The same in no order: many times faster where much is found.
  void FindUnordered(const Box& box, std::vector<uint32_t>& found) const;

 private:
  static constexpr uint32_t kFanOut = 16;

  // Leaves first, then each floor above; nodes_[i] of a floor covers kFanOut entries below.
  struct Floor {
    uint32_t begin;
    uint32_t end;
  };
  std::vector<Floor> floors_;
  std::vector<Box> boxes_;
  std::vector<uint32_t> numbers_;  // of the leaves
};

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_BOX_INDEX_H_
