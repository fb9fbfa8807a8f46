// Where the divisions are: outlines read from a pack (outline.proto) and joined to the division
// tree.
//
// Only the outlines of the lowest divisions need to be stored. A division whose own outline is not
// in the pack gets the border of the union of its parts.
#ifndef FUPIN_LIBS_OUTLINE_OUTLINES_H_
#define FUPIN_LIBS_OUTLINE_OUTLINES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/division/tree.h"
#include "libs/geo/box_index.h"
#include "libs/geo/mercator.h"
#include "libs/geo/point.h"
#include "libs/outline/arcs.h"
#include "libs/outline/outline.pb.h"

namespace fupin::outline {

// What a pack says about itself.
struct Origin {
  std::string source_zh;
  std::string source_en;
  std::string licence_zh;
  std::string licence_en;
  Datum datum = DATUM_UNSPECIFIED;
  bool synthetic = false;
};

struct LonLatBox {
  geo::LonLat min;
  geo::LonLat max;
};

// Immutable, hence safe for concurrent use. Divisions are given as their order numbers
// (division::Division::order). Places are WGS 84, whatever the datum of the pack.
class Outlines {
 public:
  // Limits against broken or hostile files.
  static constexpr size_t kMaxPointsPerOutline = 1'000'000;
  static constexpr size_t kMaxPoints = 20'000'000;
  // How far a part may stick out of the box of its parent's own outline: about 1 km.
  static constexpr int32_t kTolerance = 10'000;
  static constexpr size_t kMaxProblems = 20;

  // NOT_FOUND / OUTLINE_FILE: cannot be read.
  // INVALID_ARGUMENT, with up to kMaxProblems problems, each naming the division: OUTLINE_FORMAT,
  //   OUTLINE_DATUM_MISSING, OUTLINE_SOURCE_MISSING, OUTLINE_ARC, OUTLINE_PLACE,
  //   OUTLINE_DIVISION_UNKNOWN, OUTLINE_DUPLICATE, OUTLINE_EMPTY, OUTLINE_ARC_UNKNOWN,
  //   OUTLINE_RING_OPEN, OUTLINE_CROSSING, OUTLINE_WINDING, OUTLINE_OVERLAP,
  //   OUTLINE_OUTSIDE_PARENT, OUTLINE_TOO_LARGE, OUTLINE_TOO_COMPLEX; their texts are in
  //   reasons.cc.
  static absl::StatusOr<std::shared_ptr<const Outlines>> Load(
      const std::string& path, std::shared_ptr<const division::Tree> tree);
  static absl::StatusOr<std::shared_ptr<const Outlines>> Parse(
      absl::string_view bytes, std::shared_ptr<const division::Tree> tree);
  static absl::StatusOr<std::shared_ptr<const Outlines>> Make(
      const OutlinePack& pack, std::shared_ptr<const division::Tree> tree);

  const division::Tree& tree() const { return *tree_; }
  const Origin& origin() const { return origin_; }
  // Which datum the source of each level had and what was done with it; empty for packs that do not
  // say.
  const std::vector<Layer>& layers() const { return layers_; }
  // The version of the shapes: equal for equal packs, on every machine.
  uint64_t fingerprint() const { return fingerprint_; }

  // Whether the division has an outline, its own or that of its parts.
  bool Has(uint32_t order) const { return !bounds_[order].empty(); }
  // Divisions without any outline, ascending: drawn nowhere, and the union of a parent leaves them
  // out. Not an error, but worth a line in the log.
  std::vector<uint32_t> Missing() const;
  // Nothing when the division has no outline.
  std::optional<LonLatBox> Bounds(uint32_t order) const;
  // World units (libs/geo/mercator.h); empty when it has no outline.
  const geo::Box& WorldBounds(uint32_t order) const { return bounds_[order]; }
  // Of everything.
  LonLatBox Bounds() const;

  // The lowest division with an outline of its own around a place, and those above it, top first;
  // empty outside of all. A place on a border belongs to exactly one side. Some microseconds.
  std::vector<division::Division> Locate(geo::LonLat place) const;

  // The divisions drawn for a level: those of the level; where the tree has nothing of that level,
  // the lowest division above (a village without natural villages) or the first below (a township
  // directly under a prefecture). None is above another. Ascending; only those with an outline.
  std::vector<uint32_t> MembersOf(int level) const;

  const Arcs& arcs() const { return arcs_; }
  // The border of a division, its ways in no order: its own, or those of its parts that no two of
  // them share. The division lies to the left with north up.
  std::vector<DirectedArc> BorderOf(uint32_t order) const;

 private:
  friend class PackReader;
  Outlines() = default;

  absl::Span<const DirectedArc> OwnArcs(uint32_t order) const {
    return absl::MakeConstSpan(own_arcs_).subspan(own_begins_[order],
                                                  own_begins_[order + 1] - own_begins_[order]);
  }

  std::shared_ptr<const division::Tree> tree_;
  Origin origin_;
  std::vector<Layer> layers_;
  uint64_t fingerprint_ = 0;
  Arcs arcs_;                          // world units
  std::vector<DirectedArc> own_arcs_;  // of all divisions that have an own outline
  std::vector<uint32_t> own_begins_;   // by order
  std::vector<geo::Box> bounds_;       // by order; world units
  std::vector<uint32_t> owners_;       // order numbers of own outlines, ascending
  geo::BoxIndex index_;                // over owners_
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_OUTLINES_H_
