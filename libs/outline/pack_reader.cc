// Reading a pack: every check a file must pass before it is drawn.
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/geo/crossing.h"
#include "libs/geo/gcj02.h"
#include "libs/geo/ring.h"
#include "libs/geo/segment_index.h"
#include "libs/outline/outlines.h"
#include "libs/outline/reasons.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

constexpr uint32_t kFormat = 1;
constexpr size_t kMaxRings = 10'000;  // of one outline
constexpr int32_t kMaxLon = 180'000'000;
constexpr int32_t kMaxLat = 85'051'128;  // where the map ends

std::string Degrees(geo::Point micro) {
  const geo::LonLat place = geo::FromMicrodegrees(micro);
  return absl::StrFormat("%.6f,%.6f", place.lon, place.lat);
}

// FNV-1a: the same on every machine.
uint64_t Fingerprint(absl::string_view bytes) {
  uint64_t hash = 14695981039346656037ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash;
}

}  // namespace

class PackReader {
 public:
  PackReader(const OutlinePack& pack, std::shared_ptr<const division::Tree> tree)
      : pack_(pack), tree_(*tree), result_(new Outlines) {
    result_->tree_ = std::move(tree);
  }

  absl::StatusOr<std::shared_ptr<const Outlines>> Read(uint64_t fingerprint) {
    result_->fingerprint_ = fingerprint;
    RETURN_IF_ERROR(ReadOrigin());
    RETURN_IF_ERROR(ReadArcs());
    ReadOutlines();
    if (problems_.empty()) CheckNesting();
    if (!problems_.empty())
      return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems_));
    JoinArcs();
    JoinOutlines();
    return std::move(result_);
  }

 private:
  absl::Status ReadOrigin() {
    if (pack_.format() != kFormat)
      return Refuse("OUTLINE_FORMAT", "format", absl::StrCat(pack_.format()));
    if (pack_.datum() == DATUM_UNSPECIFIED || !Datum_IsValid(pack_.datum())) {
      return Refuse("OUTLINE_DATUM_MISSING", "datum");
    }
    for (const Layer& layer : pack_.layers()) {
      if (layer.datum() == DATUM_UNSPECIFIED || !Datum_IsValid(layer.datum()) ||
          !Treatment_IsValid(layer.treatment())) {
        return Refuse("OUTLINE_DATUM_MISSING", absl::StrCat("layers ", layer.level()));
      }
    }
    result_->layers_.assign(pack_.layers().begin(), pack_.layers().end());
    for (const auto& [field, text] :
         {std::pair<absl::string_view, const std::string&>("source_zh", pack_.source_zh()),
          {"source_en", pack_.source_en()},
          {"licence_zh", pack_.licence_zh()},
          {"licence_en", pack_.licence_en()}}) {
      if (text.empty()) return Refuse("OUTLINE_SOURCE_MISSING", field, field);
    }
    result_->origin_ = {pack_.source_zh(),  pack_.source_en(), pack_.licence_zh(),
                        pack_.licence_en(), pack_.datum(),     pack_.synthetic()};
    return absl::OkStatus();
  }

  absl::Status ReadArcs() {
    uint64_t count = 0;
    for (const uint32_t size : pack_.arc_sizes()) {
      if (size < 2) return Refuse("OUTLINE_ARC", "arc_sizes", "an arc has fewer than two points");
      count += size;
    }
    if (count > Outlines::kMaxPoints) {
      return Refuse("OUTLINE_TOO_LARGE", "arc_sizes",
                    absl::StrCat(count, " points, at most ", Outlines::kMaxPoints));
    }
    if (2 * count != static_cast<uint64_t>(pack_.steps_size())) {
      return Refuse("OUTLINE_ARC", "steps",
                    absl::StrCat(pack_.steps_size(), " steps for ", count, " points"));
    }
    micro_.reserve(count);
    begins_.reserve(static_cast<size_t>(pack_.arc_sizes_size()) + 1);
    int step = 0;
    for (const uint32_t size : pack_.arc_sizes()) {
      int64_t x = 0, y = 0;
      for (uint32_t i = 0; i < size; ++i, step += 2) {
        x += pack_.steps(step);
        y += pack_.steps(step + 1);
        if (x < -kMaxLon || x > kMaxLon || y < -kMaxLat || y > kMaxLat) {
          return Refuse("OUTLINE_PLACE", absl::StrCat("arc ", begins_.size() - 1),
                        absl::StrFormat("%.6f,%.6f", static_cast<double>(x) * 1e-6,
                                        static_cast<double>(y) * 1e-6));
        }
        micro_.push_back({static_cast<int32_t>(x), static_cast<int32_t>(y)});
      }
      begins_.push_back(static_cast<uint32_t>(micro_.size()));
    }
    sides_.assign(2 * (begins_.size() - 1), kNobody);
    return absl::OkStatus();
  }

  void ReadOutlines() {
    of_.assign(tree_.size(), nullptr);
    boxes_.resize(tree_.size());
    for (const Outline& outline : pack_.outlines()) {
      if (problems_.size() >= Outlines::kMaxProblems) return;
      ReadOutline(outline);
    }
  }

  void Note(absl::string_view reason, const Outline& outline, absl::string_view detail = "") {
    problems_.push_back(Because(reason, outline.code(), detail));
  }

  void ReadOutline(const Outline& outline) {
    const std::optional<division::Division> division = tree_.Find(outline.code());
    if (!division) return Note("OUTLINE_DIVISION_UNKNOWN", outline, outline.code());
    const uint32_t order = division->order();
    if (of_[order] != nullptr) return Note("OUTLINE_DUPLICATE", outline, outline.code());
    of_[order] = &outline;
    std::vector<geo::Ring> rings;
    if (!ReadRings(outline, rings)) return;
    const geo::SegmentIndex index(rings);
    const geo::Crossings crossings = geo::FindCrossings(index, 1);
    if (!crossings.found.empty())
      return Note("OUTLINE_CROSSING", outline, Degrees(crossings.found[0]));
    if (crossings.exhausted)
      return Note("OUTLINE_TOO_COMPLEX", outline,
                  absl::StrCat(geo::Crossings::kMaxPairs, " comparisons of sides"));
    if (!CheckWinding(outline, rings, index)) return;
    for (const geo::Ring& ring : rings) boxes_[order].Extend(geo::BoundsOf(ring));
    CheckSides(outline, *division);
  }

  bool ReadRings(const Outline& outline, std::vector<geo::Ring>& rings) {
    uint64_t count = 0;
    for (const uint32_t size : outline.ring_sizes()) count += size;
    if (count == 0 || count != static_cast<uint64_t>(outline.arcs_size())) {
      return Note("OUTLINE_EMPTY", outline,
                  absl::StrCat(count, " arcs in rings, ", outline.arcs_size(), " given")),
             false;
    }
    if (static_cast<size_t>(outline.ring_sizes_size()) > kMaxRings) {
      return Note("OUTLINE_TOO_LARGE", outline,
                  absl::StrCat(outline.ring_sizes_size(), " rings, at most ", kMaxRings)),
             false;
    }
    const uint32_t arcs = static_cast<uint32_t>(begins_.size()) - 1;
    size_t points = 0;
    for (const DirectedArc way : outline.arcs()) {
      if (ArcOf(way) >= arcs) return Note("OUTLINE_ARC_UNKNOWN", outline, absl::StrCat(way)), false;
      points += begins_[ArcOf(way) + 1] - begins_[ArcOf(way)];
    }
    if (points > Outlines::kMaxPointsPerOutline) {
      return Note("OUTLINE_TOO_LARGE", outline,
                  absl::StrCat(points, " points, at most ", Outlines::kMaxPointsPerOutline)),
             false;
    }
    int at = 0;
    for (const uint32_t size : outline.ring_sizes()) {
      geo::Ring& ring = rings.emplace_back();
      for (uint32_t i = 0; i < size; ++i) {
        const DirectedArc way = outline.arcs(at++);
        const geo::Point* const begin = micro_.data() + begins_[ArcOf(way)];
        const geo::Point* const end = micro_.data() + begins_[ArcOf(way) + 1];
        const geo::Point first = way < 0 ? end[-1] : *begin;
        if (!ring.empty()) {
          if (ring.back() != first)
            return Note("OUTLINE_RING_OPEN", outline, Degrees(first)), false;
          ring.pop_back();
        }
        if (way < 0) {
          ring.insert(ring.end(), std::make_reverse_iterator(end),
                      std::make_reverse_iterator(begin));
        } else {
          ring.insert(ring.end(), begin, end);
        }
      }
      if (ring.size() < 4 || ring.front() != ring.back()) {
        return Note("OUTLINE_RING_OPEN", outline, ring.empty() ? "" : Degrees(ring.back())), false;
      }
      ring.pop_back();
    }
    return true;
  }

  // A ring inside an even number of others is an outer ring and runs counter-clockwise.
  bool CheckWinding(const Outline& outline, const std::vector<geo::Ring>& rings,
                    const geo::SegmentIndex& index) {
    const auto holes = geo::FindHoles(index, rings);
    if (!holes) {
      return Note("OUTLINE_TOO_COMPLEX", outline,
                  absl::StrCat(geo::kMaxHoleCost, " comparisons of rings")),
             false;
    }
    for (size_t i = 0; i < rings.size(); ++i) {
      const int64_t area = geo::DoubleArea(rings[i]);
      if (area == 0) return Note("OUTLINE_EMPTY", outline, Degrees(rings[i][0])), false;
      if ((area < 0) != (*holes)[i])
        return Note("OUTLINE_WINDING", outline, Degrees(rings[i][0])), false;
    }
    return true;
  }

  // Only a division above or below may claim the same side of an arc.
  void CheckSides(const Outline& outline, division::Division division) {
    for (const DirectedArc way : outline.arcs()) {
      uint32_t& owner = sides_[2 * ArcOf(way) + (way < 0 ? 1 : 0)];
      if (owner != kNobody) {
        const division::Division other = tree_.At(owner);
        if (other == division || !(other.IsUnder(division) || division.IsUnder(other))) {
          return Note("OUTLINE_OVERLAP", outline, other.code());
        }
        if (division.level() < other.level()) continue;  // keep the lowest
      }
      owner = division.order();
    }
  }

  // Nobody far outside of the nearest division above that has an outline of its own.
  void CheckNesting() {
    for (uint32_t order = 0; order < tree_.size() && problems_.size() < Outlines::kMaxProblems;
         ++order) {
      if (of_[order] == nullptr) continue;
      std::optional<division::Division> above = tree_.At(order).parent();
      while (above && of_[above->order()] == nullptr) above = above->parent();
      if (!above) continue;
      geo::Box box = boxes_[above->order()];
      box.min = {box.min.x - Outlines::kTolerance, box.min.y - Outlines::kTolerance};
      box.max = {box.max.x + Outlines::kTolerance, box.max.y + Outlines::kTolerance};
      if (!box.Contains(boxes_[order])) Note("OUTLINE_OUTSIDE_PARENT", *of_[order], above->code());
    }
  }

  void JoinArcs() {
    Arcs& arcs = result_->arcs_;
    arcs.points.reserve(micro_.size());
    const bool shifted = pack_.datum() == DATUM_GCJ02;
    for (const geo::Point micro : micro_) {
      const geo::LonLat place = geo::FromMicrodegrees(micro);
      arcs.points.push_back(geo::ToWorld(shifted ? geo::Gcj02ToWgs84(place) : place));
    }
    // By microdegrees: two end points are one node only when the file says so.
    absl::flat_hash_map<geo::Point, uint32_t> nodes;
    const auto node = [&](geo::Point point) {
      return nodes.try_emplace(point, static_cast<uint32_t>(nodes.size())).first->second;
    };
    for (size_t arc = 0; arc + 1 < begins_.size(); ++arc) {
      arcs.from.push_back(node(micro_[begins_[arc]]));
      arcs.to.push_back(node(micro_[begins_[arc + 1] - 1]));
    }
    arcs.node_count = static_cast<uint32_t>(nodes.size());
    arcs.begins = std::move(begins_);
  }

  void JoinOutlines() {
    Outlines& result = *result_;
    result.bounds_.resize(tree_.size());
    result.own_begins_.push_back(0);
    for (uint32_t order = 0; order < tree_.size(); ++order) {
      if (const Outline* outline = of_[order]; outline != nullptr) {
        result.owners_.push_back(order);
        for (const DirectedArc way : outline->arcs()) {
          result.own_arcs_.push_back(way);
          result.bounds_[order].Extend(geo::BoundsOf(result.arcs_.points_of(ArcOf(way))));
        }
      }
      result.own_begins_.push_back(static_cast<uint32_t>(result.own_arcs_.size()));
    }
    std::vector<geo::Box> boxes;
    for (const uint32_t owner : result.owners_) boxes.push_back(result.bounds_[owner]);
    result.index_ = geo::BoxIndex(boxes);
    // Parts stand after their parents.
    for (uint32_t order = tree_.size(); order-- > 0;) {
      const std::optional<division::Division> parent = tree_.At(order).parent();
      if (parent && of_[parent->order()] == nullptr)
        result.bounds_[parent->order()].Extend(result.bounds_[order]);
    }
  }

  static constexpr uint32_t kNobody = UINT32_MAX;

  const OutlinePack& pack_;
  const division::Tree& tree_;
  std::shared_ptr<Outlines> result_;
  std::vector<Problem> problems_;
  std::vector<geo::Point> micro_;
  std::vector<uint32_t> begins_ = {0};
  std::vector<const Outline*> of_;  // by division
  std::vector<geo::Box> boxes_;     // by division, microdegrees, own outlines only
  std::vector<uint32_t> sides_;     // left and right of each arc: who claims it
};

absl::StatusOr<std::shared_ptr<const Outlines>> Outlines::Make(
    const OutlinePack& pack, std::shared_ptr<const division::Tree> tree) {
  // Protobuf writes equal messages without maps as equal bytes.
  return PackReader(pack, std::move(tree)).Read(Fingerprint(pack.SerializeAsString()));
}

absl::StatusOr<std::shared_ptr<const Outlines>> Outlines::Parse(
    absl::string_view bytes, std::shared_ptr<const division::Tree> tree) {
  OutlinePack pack;
  if (bytes.size() > static_cast<size_t>(INT32_MAX) ||
      !pack.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Refuse("OUTLINE_FORMAT", "format", "not an OutlinePack");
  }
  return PackReader(pack, std::move(tree)).Read(Fingerprint(bytes));
}

absl::StatusOr<std::shared_ptr<const Outlines>> Outlines::Load(
    const std::string& path, std::shared_ptr<const division::Tree> tree) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Refuse("OUTLINE_FILE", path, path);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return Refuse("OUTLINE_FILE", path, path);
  auto outlines = Parse(bytes, std::move(tree));
  if (!outlines.ok()) return Annotate(outlines.status(), path);
  return outlines;
}

}  // namespace fupin::outline
