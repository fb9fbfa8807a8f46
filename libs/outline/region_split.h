// Divides a connected set of lattice cells into two connected sets.
#ifndef FUPIN_LIBS_OUTLINE_REGION_SPLIT_H_
#define FUPIN_LIBS_OUTLINE_REGION_SPLIT_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/outline/hex_lattice.h"

namespace fupin::outline {

// Keeps its working memory between calls.
class RegionSplitter {
 public:
  RegionSplitter(const HexLattice& lattice, uint64_t seed);

  struct Wanted {
    size_t first;        // cells the first set should have
    size_t first_least;  // and must have
    size_t second_least;
  };
  // `region` is connected. Puts the cells of the first set before the others and returns how many
  // they are: about `wanted.first`. 0 when no way was found to give both sets their least.
  size_t Split(absl::Span<uint32_t> region, const Wanted& wanted);

 private:
  size_t Grow(absl::Span<const uint32_t> region, const Wanted& wanted, double dx, double dy);
  // The second set stays connected without `cell`, as far as its neighbours tell.
  bool MayLeave(uint32_t cell) const;
  // `cell` and what only it connects with most of the second set; false when that is more than
  // `limit`.
  bool FindDependents(uint32_t cell, size_t limit, std::vector<uint32_t>& dependents);
  // The same for the cell next to the first set that has the fewest, into moving_.
  bool FindFewestDependents(absl::Span<const uint32_t> region, size_t limit);

  const HexLattice& lattice_;
  const uint64_t seed_;
  // 0 elsewhere, 1 first set, 2 second set.
  std::vector<uint8_t> side_;
  std::vector<uint32_t> mark_;
  uint32_t stamp_ = 0;
  std::vector<uint32_t> moving_;
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_REGION_SPLIT_H_
