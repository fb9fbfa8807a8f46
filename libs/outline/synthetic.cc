#include "libs/outline/synthetic.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/outline/hex_lattice.h"
#include "libs/outline/pack_builder.h"
#include "libs/outline/reasons.h"
#include "libs/outline/region_split.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

using division::Division;

constexpr uint32_t kNobody = UINT32_MAX;
// Even the frame with the least room has this share of the cells one asks for.
constexpr double kLeastShare = 0.6;

struct Region {
  Division division;
  const Frame* frame;
  double area = 0;  // square degrees at the equator
};

class Maker {
 public:
  Maker(const division::Tree& tree, const std::vector<Region>& regions, const LonLatBox& area,
        double cell_area, uint64_t seed)
      : tree_(tree),
        regions_(regions),
        lattice_(area, cell_area, seed),
        splitter_(lattice_, seed + 10),
        owner_(lattice_.size(), kNobody),
        leaves_(tree.size()) {
    for (uint32_t order = tree.size(); order-- > 0;) {
      if (tree.At(order).children().empty()) leaves_[order] = 1;
      if (const auto parent = tree.At(order).parent()) leaves_[parent->order()] += leaves_[order];
    }
  }

  // OK and the rings of all lowest divisions in `builder`, or SYNTHETIC_SPLIT.
  absl::Status Make(PackBuilder& builder) {
    FillFrames();
    FillGaps();
    KeepLargestPieces();
    std::vector<std::vector<uint32_t>> cells(regions_.size());
    for (uint32_t cell = 0; cell < lattice_.size(); ++cell) {
      if (owner_[cell] != kNobody) cells[owner_[cell]].push_back(cell);
    }
    std::fill(owner_.begin(), owner_.end(), kNobody);
    for (size_t i = 0; i < regions_.size(); ++i) {
      const Division division = regions_[i].division;
      if (cells[i].size() < leaves_[division.order()])
        return Refuse("SYNTHETIC_SPLIT", division.code(), division.name());
      RETURN_IF_ERROR(HandDown(absl::MakeSpan(cells[i]), division));
    }
    AddRings(builder);
    return absl::OkStatus();
  }

 private:
  // The cells whose centre is inside, row by row.
  void FillFrames() {
    for (uint32_t i = 0; i < regions_.size(); ++i) {
      for (uint32_t row = 1; row + 1 < lattice_.rows(); ++row) {
        const double lat = lattice_.Centre(lattice_.CellAt(row, 0)).lat;
        std::vector<double> crossings;
        for (const auto& ring : regions_[i].frame->rings) {
          for (size_t k = 0; k < ring.size(); ++k) {
            const geo::LonLat a = ring[k], b = ring[k + 1 == ring.size() ? 0 : k + 1];
            if ((a.lat > lat) != (b.lat > lat)) {
              crossings.push_back(a.lon + (b.lon - a.lon) * (lat - a.lat) / (b.lat - a.lat));
            }
          }
        }
        if (crossings.empty()) continue;
        std::sort(crossings.begin(), crossings.end());
        size_t passed = 0;
        for (uint32_t column = 1; column + 1 < lattice_.columns(); ++column) {
          const uint32_t cell = lattice_.CellAt(row, column);
          const double lon = lattice_.Centre(cell).lon;
          while (passed < crossings.size() && crossings[passed] < lon) ++passed;
          if (passed % 2 == 1 && owner_[cell] == kNobody) owner_[cell] = i;
        }
      }
    }
  }

  // The region most of the neighbours belong to, and how many do.
  std::pair<uint32_t, int> Majority(uint32_t cell) const {
    std::pair<uint32_t, int> best{kNobody, 0};
    const auto around = lattice_.Neighbours(cell);
    for (const uint32_t neighbour : around) {
      const int count =
          static_cast<int>(std::count_if(around.begin(), around.end(), [&](uint32_t c) {
            return owner_[c] == owner_[neighbour];
          }));
      if (count > best.second) best = {owner_[neighbour], count};
    }
    return best;
  }

  // Cells between two frames, and cells that hang on by one side.
  void FillGaps() {
    for (int round = 0; round < 3; ++round) {
      for (uint32_t cell = 0; cell < lattice_.size(); ++cell) {
        if (lattice_.OnMargin(cell)) continue;
        const auto around = lattice_.Neighbours(cell);
        const auto same = std::count_if(around.begin(), around.end(),
                                        [&](uint32_t c) { return owner_[c] == owner_[cell]; });
        if (same <= 1) owner_[cell] = Majority(cell).first;
      }
    }
  }

  // Every region in one piece: the others go to a region beside, or to nobody.
  void KeepLargestPieces() {
    std::vector<uint32_t> piece_of(lattice_.size(), kNobody);
    std::vector<std::vector<uint32_t>> pieces;
    std::vector<uint32_t> largest(regions_.size(), kNobody);
    for (uint32_t cell = 0; cell < lattice_.size(); ++cell) {
      if (owner_[cell] == kNobody || piece_of[cell] != kNobody) continue;
      const uint32_t number = static_cast<uint32_t>(pieces.size());
      std::vector<uint32_t>& piece = pieces.emplace_back(1, cell);
      piece_of[cell] = number;
      for (size_t i = 0; i < piece.size(); ++i) {
        for (const uint32_t next : lattice_.Neighbours(piece[i])) {
          if (owner_[next] != owner_[cell] || piece_of[next] != kNobody) continue;
          piece_of[next] = number;
          piece.push_back(next);
        }
      }
      uint32_t& best = largest[owner_[cell]];
      if (best == kNobody || pieces[best].size() < piece.size()) best = number;
    }
    std::vector<uint32_t> loose, joined;
    for (uint32_t number = 0; number < pieces.size(); ++number) {
      if (largest[owner_[pieces[number][0]]] == number) {
        joined.insert(joined.end(), pieces[number].begin(), pieces[number].end());
      } else {
        loose.insert(loose.end(), pieces[number].begin(), pieces[number].end());
      }
    }
    std::vector<bool> is_loose(lattice_.size());
    for (const uint32_t cell : loose) {
      is_loose[cell] = true;
      owner_[cell] = kNobody;
    }
    for (size_t i = 0; !loose.empty() && i < joined.size(); ++i) {
      for (const uint32_t next : lattice_.Neighbours(joined[i])) {
        if (!is_loose[next]) continue;
        is_loose[next] = false;
        owner_[next] = owner_[joined[i]];
        joined.push_back(next);
      }
    }
  }

  absl::Status HandDown(absl::Span<uint32_t> cells, Division division) {
    std::vector<Division> parts;
    for (const Division part : division.children()) parts.push_back(part);
    if (parts.empty()) {
      for (const uint32_t cell : cells) owner_[cell] = division.order();
      return absl::OkStatus();
    }
    return HandOut(cells, parts);
  }

  // In two halves of about equal weight, and each again.
  absl::Status HandOut(absl::Span<uint32_t> cells, absl::Span<const Division> parts) {
    if (parts.size() == 1) return HandDown(cells, parts[0]);
    uint64_t all = 0, first = 0;
    for (const Division part : parts) all += leaves_[part.order()];
    size_t half = 0;
    while (half + 1 < parts.size() &&
           (half == 0 || 2 * first + leaves_[parts[half].order()] <= all)) {
      first += leaves_[parts[half++].order()];
    }
    const size_t least = first, rest = all - first;
    if (cells.size() < all) return Refuse("SYNTHETIC_SPLIT", parts[0].code(), parts[0].name());
    const size_t wanted =
        std::clamp<size_t>((cells.size() * first + all / 2) / all, least, cells.size() - rest);
    const size_t size = splitter_.Split(cells, {wanted, least, rest});
    if (size == 0) return Refuse("SYNTHETIC_SPLIT", parts[0].code(), parts[0].name());
    RETURN_IF_ERROR(HandOut(cells.subspan(0, size), parts.subspan(0, half)));
    return HandOut(cells.subspan(size), parts.subspan(half));
  }

  void AddRings(PackBuilder& builder) const {
    std::vector<std::vector<uint32_t>> cells(tree_.size());
    for (uint32_t cell = 0; cell < lattice_.size(); ++cell) {
      if (owner_[cell] != kNobody) cells[owner_[cell]].push_back(cell);
    }
    absl::flat_hash_map<HexLattice::Corner, HexLattice::Corner> sides;
    for (uint32_t order = 0; order < tree_.size(); ++order) {
      if (cells[order].empty()) continue;
      sides.clear();
      std::vector<HexLattice::Corner> starts;
      for (const uint32_t cell : cells[order]) {
        const auto around = lattice_.Neighbours(cell);
        for (int side = 0; side < 6; ++side) {
          if (owner_[around[static_cast<size_t>(side)]] == order) continue;
          sides.emplace(lattice_.Begin(cell, side), lattice_.End(cell, side));
          starts.push_back(lattice_.Begin(cell, side));
        }
      }
      std::vector<geo::Ring> rings;
      for (const HexLattice::Corner start : starts) {
        geo::Ring ring;
        HexLattice::Corner at = start;
        for (auto side = sides.find(at); side != sides.end(); side = sides.find(at)) {
          lattice_.AppendBorder(at, side->second, ring);
          at = side->second;
          sides.erase(side);
        }
        if (!ring.empty()) rings.push_back(std::move(ring));
      }
      builder.Add(tree_.At(order).code(), std::move(rings));
    }
  }

  const division::Tree& tree_;
  const std::vector<Region>& regions_;
  const HexLattice lattice_;
  RegionSplitter splitter_;
  std::vector<uint32_t> owner_;   // of a cell: a region, later a lowest division
  std::vector<uint32_t> leaves_;  // lowest divisions in a division
};

double AreaOf(const Frame& frame, double scale) {
  double area = 0;
  for (const auto& ring : frame.rings) {
    for (size_t i = 0; i < ring.size(); ++i) {
      const geo::LonLat a = ring[i], b = ring[i + 1 == ring.size() ? 0 : i + 1];
      area += ((a.lon - ring[0].lon) * (b.lat - ring[0].lat) -
               (b.lon - ring[0].lon) * (a.lat - ring[0].lat)) *
              scale / 2;
    }
  }
  return std::abs(area);
}

Origin OriginOf(const Origin& frames) {
  return {
      absl::StrCat("合成数据:由程序虚构的界线,仅供演示,不反映实际边界;外框来自:", frames.source_zh),
      absl::StrCat(
          "Synthetic: invented by a program for demonstration, not real borders; frames from: ",
          frames.source_en),
      absl::StrCat("合成部分随本项目许可;外框:", frames.licence_zh),
      absl::StrCat("synthetic part: that of this project; frames: ", frames.licence_en),
      frames.datum == DATUM_UNSPECIFIED ? DATUM_NOT_STATED : frames.datum,
      true};
}

}  // namespace

absl::StatusOr<OutlinePack> MakeSynthetic(const division::Tree& tree,
                                          const std::vector<Frame>& frames,
                                          const SyntheticOptions& options) {
  std::vector<Region> regions;
  LonLatBox area{{180, 90}, {-180, -90}};
  std::vector<bool> framed(tree.size());
  for (const Frame& frame : frames) {
    const auto division = tree.Find(frame.code);
    if (!division) return Refuse("OUTLINE_DIVISION_UNKNOWN", frame.code, frame.code);
    for (const auto& ring : frame.rings) {
      for (const geo::LonLat place : ring) {
        area.min = {std::min(area.min.lon, place.lon), std::min(area.min.lat, place.lat)};
        area.max = {std::max(area.max.lon, place.lon), std::max(area.max.lat, place.lat)};
      }
    }
    for (const Division below : division->subtree()) {
      if (framed[below.order()]) return Refuse("SYNTHETIC_PREFECTURE", frame.code, below.code());
      framed[below.order()] = true;
    }
    regions.push_back({*division, &frame, 0});
  }
  size_t leaves = 0;
  for (const Division division : tree.all()) {
    if (!division.children().empty()) continue;
    ++leaves;
    if (!framed[division.order()])
      return Refuse("SYNTHETIC_PREFECTURE", division.code(), division.code());
  }
  const double scale = std::cos((area.min.lat + area.max.lat) / 2 * std::numbers::pi / 180);
  double total = 0, least_room = HUGE_VAL;
  for (Region& region : regions) {
    region.area = AreaOf(*region.frame, scale);
    size_t inside = 0;
    for (const Division division : region.division.subtree()) inside += division.children().empty();
    if (!(region.area > 0))
      return Refuse("SYNTHETIC_PREFECTURE", region.division.code(), region.division.code());
    total += region.area;
    least_room = std::min(least_room, region.area / static_cast<double>(inside));
  }
  absl::Status last;
  for (double cells = options.cells; cells < 4.1 * options.cells; cells *= 1.4) {
    const double cell_area =
        std::min(total / static_cast<double>(leaves), least_room / kLeastShare) / cells;
    PackBuilder builder;
    last = Maker(tree, regions, area, cell_area, options.seed).Make(builder);
    if (last.ok()) return builder.Finish(OriginOf(options.frames));
  }
  return last;
}

}  // namespace fupin::outline
