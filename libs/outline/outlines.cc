#include "libs/outline/outlines.h"

#include <algorithm>
#include <utility>

#include "libs/geo/ring.h"

namespace fupin::outline {
namespace {

LonLatBox Degrees(const geo::Box& world) {
  // World y grows to the south.
  const geo::LonLat north_west = geo::ToLonLat(world.min), south_east = geo::ToLonLat(world.max);
  return {{north_west.lon, south_east.lat}, {south_east.lon, north_west.lat}};
}

// Drops every arc that is there in both directions.
void Cancel(std::vector<DirectedArc>& ways) {
  std::sort(ways.begin(), ways.end(), [](DirectedArc a, DirectedArc b) {
    return std::pair(ArcOf(a), a) < std::pair(ArcOf(b), b);
  });
  size_t kept = 0;
  for (size_t i = 0; i < ways.size(); ++i) {
    if (i + 1 < ways.size() && ways[i] == ~ways[i + 1]) {
      ++i;
    } else {
      ways[kept++] = ways[i];
    }
  }
  ways.resize(kept);
}

}  // namespace

std::vector<uint32_t> Outlines::Missing() const {
  std::vector<uint32_t> missing;
  for (uint32_t order = 0; order < tree_->size(); ++order) {
    if (!Has(order)) missing.push_back(order);
  }
  return missing;
}

std::optional<LonLatBox> Outlines::Bounds(uint32_t order) const {
  if (!Has(order)) return std::nullopt;
  return Degrees(bounds_[order]);
}

LonLatBox Outlines::Bounds() const {
  geo::Box box;
  for (const division::Division top : tree_->tops()) box.Extend(bounds_[top.order()]);
  return Degrees(box);
}

std::vector<division::Division> Outlines::Locate(geo::LonLat place) const {
  const geo::Point point = geo::ToWorld(place);
  std::vector<uint32_t> near;
  index_.Find({point, point}, near);
  std::optional<division::Division> lowest;
  for (const uint32_t i : near) {
    const division::Division division = tree_->At(owners_[i]);
    if (lowest && division.level() <= lowest->level()) continue;
    bool inside = false;
    for (const DirectedArc way : OwnArcs(division.order())) {
      inside ^= geo::OddCrossings(arcs_.points_of(ArcOf(way)), point);
    }
    if (inside) lowest = division;
  }
  return lowest ? lowest->Path() : std::vector<division::Division>();
}

std::vector<uint32_t> Outlines::MembersOf(int level) const {
  std::vector<uint32_t> members;
  for (uint32_t order = 0; order < tree_->size();) {
    const division::Division division = tree_->At(order);
    bool last = division.level() >= level || !Has(order);
    if (!last) {
      // Nothing below is drawn: then this one, so that its place is not blank.
      last = true;
      for (const division::Division part : division.children()) last = last && !Has(part.order());
    }
    if (!last) {
      ++order;
      continue;
    }
    if (Has(order)) members.push_back(order);
    order = division.subtree_end();
  }
  return members;
}

std::vector<DirectedArc> Outlines::BorderOf(uint32_t order) const {
  std::vector<DirectedArc> ways;
  const uint32_t end = tree_->At(order).subtree_end();
  for (uint32_t at = order; at < end;) {
    const absl::Span<const DirectedArc> own = OwnArcs(at);
    ways.insert(ways.end(), own.begin(), own.end());
    at = own.empty() ? at + 1 : tree_->At(at).subtree_end();
  }
  Cancel(ways);
  return ways;
}

}  // namespace fupin::outline
