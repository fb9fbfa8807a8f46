#include "libs/outline/geography_check.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/geo/gcj02.h"
#include "libs/geo/mercator.h"
#include "libs/geo/segment_index.h"
#include "libs/outline/overlap.h"

namespace fupin::outline {
namespace {

constexpr uint32_t kNobody = UINT32_MAX;
constexpr size_t kFewestOutside = 3;

// As a file's places are, or as they would be had its datum been stated otherwise.
enum class Taken { kAsStated, kAsGcj02, kNotAsGcj02 };

geo::Point Moved(geo::Point point, Taken taken) {
  if (taken == Taken::kAsStated) return point;
  const geo::LonLat place = geo::FromMicrodegrees(point);
  return geo::ToMicrodegrees(taken == Taken::kAsGcj02 ? geo::Gcj02ToWgs84(place)
                                                      : geo::Wgs84ToGcj02(place));
}

geo::LonLat MiddleOf(const geo::Box& box) {
  return geo::FromMicrodegrees({static_cast<int32_t>((int64_t{box.min.x} + box.max.x) / 2),
                                static_cast<int32_t>((int64_t{box.min.y} + box.max.y) / 2)});
}

struct Farthest {
  double metres = 0;
  geo::Point at{};
};

// The point of `rings` farthest outside of `parent`; what lies within `enough_m` counts as inside.
Farthest FarthestOutside(const geo::SegmentIndex& parent, absl::Span<const geo::Ring> rings,
                         double enough_m, Taken taken, uint64_t& cost) {
  Farthest farthest;
  for (const geo::Ring& ring : rings) {
    for (const geo::Point point : ring) {
      if (cost > kMaxCheckCost) return farthest;
      const geo::Point place = Moved(point, taken);
      if (parent.Contains(place, geo::SegmentIndex::kNoRing, &cost)) continue;
      const double metres = parent.NearestM(place, enough_m, &cost);
      if (metres > enough_m && metres > farthest.metres) farthest = {metres, place};
    }
  }
  return farthest;
}

// Parts of one level in one file against parents in one file.
struct Group {
  struct Part {
    uint32_t shape;
    uint32_t parent;
    Farthest farthest;  // outside, as stated
  };
  std::vector<Part> parts;
  size_t outside[3] = {};  // how many parts are, by Taken
  // Middles of parents and of all their parts together, where all parts are there.
  std::vector<geo::LonLat> known, observed;
};
// File and level of the parts, file of the parents.
using GroupKey = std::tuple<uint32_t, int, uint32_t>;

class Checker {
 public:
  Checker(const division::Tree& tree, absl::Span<const Shape> shapes,
          absl::Span<const StatedFile> files, const Tolerances& tolerances, FaultList& faults,
          FaultList& notes)
      : tree_(tree),
        shapes_(shapes),
        files_(files),
        tolerances_(tolerances),
        faults_(faults),
        notes_(notes),
        of_(tree.size(), kNobody) {}

  void Run() {
    FindParents();
    for (auto& [parent, parts] : parts_of_) Compare(parent, parts);
    if (cost_ > kMaxCheckCost) {
      faults_.Add("OUTLINE_TOO_COMPLEX", files_[0].name,
                  absl::StrCat(kMaxCheckCost, " comparisons of parts with parents"));
    }
    bool compared = false;
    for (auto& [key, group] : groups_) {
      Judge(key, group);
      compared = compared || std::get<0>(key) != std::get<2>(key);
    }
    if (!compared && !shapes_.empty()) notes_.Add("OUTLINE_DATUM_UNCHECKED", "datum");
    FindOverlaps(tree_, shapes_, files_, tolerances_.overlap_m, faults_);
  }

 private:
  // The nearest division above with an outline; of two the one to be stored.
  void FindParents() {
    for (uint32_t i = 0; i < shapes_.size(); ++i) {
      uint32_t& at = of_[shapes_[i].order];
      if (at == kNobody || files_[shapes_[at].file].reference) at = i;
    }
    for (uint32_t i = 0; i < shapes_.size(); ++i) {
      if (files_[shapes_[i].file].reference) continue;
      // A reference may have the division itself: then it should be the same area.
      std::optional<division::Division> above = tree_.At(shapes_[i].order).parent();
      while (above && of_[above->order()] == kNobody) above = above->parent();
      if (above) parts_of_[of_[above->order()]].push_back(i);
    }
    for (uint32_t i = 0; i < shapes_.size(); ++i) {
      const uint32_t stored = of_[shapes_[i].order];
      if (files_[shapes_[i].file].reference && stored != i) parts_of_[i].push_back(stored);
    }
  }

  void Compare(uint32_t parent, const std::vector<uint32_t>& parts) {
    const Shape& above = shapes_[parent];
    const geo::SegmentIndex index(above.rings);
    std::map<GroupKey, std::vector<uint32_t>> by_group;
    std::set<GroupKey> asked;
    for (const uint32_t part : parts) {
      const Shape& shape = shapes_[part];
      const GroupKey key(shape.file, tree_.At(shape.order).level(), above.file);
      by_group[key].push_back(part);
      Group& group = groups_[key];
      const Farthest farthest =
          FarthestOutside(index, shape.rings, tolerances_.outside_m, Taken::kAsStated, cost_);
      group.parts.push_back({part, parent, farthest});
      if (farthest.metres > 0) ++group.outside[0], asked.insert(key);
    }
    for (const auto& [key, members] : by_group) {
      Group& group = groups_[key];
      // Only when something sticks out of this parent is it asked why.
      if (asked.contains(key)) {
        for (const uint32_t part : members) {
          for (const Taken taken : {Taken::kAsGcj02, Taken::kNotAsGcj02}) {
            if (FarthestOutside(index, shapes_[part].rings, tolerances_.outside_m, taken, cost_)
                    .metres > 0)
              ++group.outside[static_cast<int>(taken)];
          }
        }
      }
      NoteMiddles(above, members, group);
    }
  }

  void NoteMiddles(const Shape& above, const std::vector<uint32_t>& members, Group& group) {
    size_t wanted = 0, found = 0;
    if (shapes_[members[0]].order == above.order) {
      wanted = found = 1;
    } else {
      std::set<uint32_t> orders;
      for (const uint32_t part : members) orders.insert(shapes_[part].order);
      for (const division::Division child : tree_.At(above.order).children()) {
        ++wanted;
        found += orders.count(child.order());
      }
    }
    if (wanted == 0 || found != wanted || members.size() != wanted) return;
    geo::Box all;
    for (const uint32_t part : members) all.Extend(shapes_[part].box);
    group.known.push_back(MiddleOf(above.box));
    group.observed.push_back(MiddleOf(all));
  }

  // Whether the parts fit when taken otherwise: most of those outside come inside, few others go.
  // One village that is misplaced says nothing about its file.
  static bool Fits(const Group& group, Taken taken) {
    return group.outside[0] >= kFewestOutside &&
           10 * group.outside[static_cast<int>(taken)] <= group.outside[0];
  }

  void Judge(const GroupKey& key, const Group& group) {
    const auto& [file, level, parent_file] = key;
    const StatedFile& parts = files_[file];
    const StatedFile& parents = files_[parent_file];
    const std::string what = absl::StrCat(parts.name, ": ", tree_.levels()[level]);
    // Of a file that does not say what it is nothing can be learnt.
    const bool known = parents.datum != DATUM_NOT_STATED && parts.datum != DATUM_NOT_STATED;
    const bool shifted =
        known && (Fits(group, Taken::kAsGcj02) ||
                  geo::GuessDatum(group.observed, group.known) == geo::DatumGuess::kGcj02);
    // The other way round: what should be moved was not, or the parents were.
    const bool unshifted =
        known && !shifted &&
        (Fits(group, Taken::kNotAsGcj02) ||
         (geo::GuessDatum(group.observed, group.known) == geo::DatumGuess::kNeither &&
          geo::GuessDatum(group.known, group.observed) == geo::DatumGuess::kGcj02));
    if (!shifted && !unshifted) {
      for (const Group::Part& part : group.parts) {
        if (part.farthest.metres > 0) AddOutside(part);
      }
      return;
    }
    double farthest = 0;
    for (const Group::Part& part : group.parts) farthest = std::max(farthest, part.farthest.metres);
    const std::string detail = absl::StrFormat("%s -> %s, %d / %d, %.0f m", what, parents.name,
                                               group.outside[0], group.parts.size(), farthest);
    // Of two files that do not agree one was moved although it is not GCJ-02, or one is GCJ-02 and
    // was not moved.
    const StatedFile& moved = shifted ? parents : parts;
    if (moved.datum == DATUM_GCJ02) {
      faults_.Add("OUTLINE_LOOKS_WGS84", moved.name, detail);
    } else {
      faults_.Add("OUTLINE_LOOKS_GCJ02", (shifted ? parts : parents).name, detail);
    }
  }

  void AddOutside(const Group::Part& part) {
    const geo::LonLat place = geo::FromMicrodegrees(part.farthest.at);
    faults_.Add("OUTLINE_OUTSIDE_PARENT", shapes_[part.shape].label,
                absl::StrFormat("%s: %.0f m > %.0f m (%.6f,%.6f)", shapes_[part.parent].label,
                                part.farthest.metres, tolerances_.outside_m, place.lon, place.lat));
  }

  const division::Tree& tree_;
  const absl::Span<const Shape> shapes_;
  const absl::Span<const StatedFile> files_;
  const Tolerances& tolerances_;
  FaultList& faults_;
  FaultList& notes_;
  std::vector<uint32_t> of_;  // by division: its shape
  std::map<uint32_t, std::vector<uint32_t>> parts_of_;
  std::map<GroupKey, Group> groups_;
  uint64_t cost_ = 0;  // sides looked at
};

}  // namespace

void CheckGeography(const division::Tree& tree, absl::Span<const Shape> shapes,
                    absl::Span<const StatedFile> files, const Tolerances& tolerances,
                    FaultList& faults, FaultList& notes) {
  Checker(tree, shapes, files, tolerances, faults, notes).Run();
}

}  // namespace fupin::outline
