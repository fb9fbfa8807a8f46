#include "libs/outline/pack_builder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/geo/segment_index.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

using geo::Point;
using geo::Ring;

// Whether rings part ways in a point: not all of them pass it between the same two neighbours.
struct Passage {
  Point low, high;
  bool junction;
};
using Passages = absl::flat_hash_map<Point, Passage>;

void Note(const Ring& ring, Passages& passages) {
  for (size_t i = 0; i < ring.size(); ++i) {
    Point low = ring[i == 0 ? ring.size() - 1 : i - 1],
          high = ring[i + 1 == ring.size() ? 0 : i + 1];
    if (high < low) std::swap(low, high);
    const auto [at, is_new] = passages.try_emplace(ring[i], Passage{low, high, false});
    if (!is_new && (at->second.low != low || at->second.high != high)) at->second.junction = true;
  }
}

// Stores stretches; the first two points tell a stretch from all others that begin in its start.
class ArcStore {
 public:
  explicit ArcStore(OutlinePack& pack) : pack_(pack) {}

  // `points` from one junction to the next, or all round and back to the start.
  DirectedArc Add(const Ring& points) {
    const auto [at, is_new] = known_.try_emplace(std::pair(points[0], points[1]),
                                                 static_cast<DirectedArc>(pack_.arc_sizes_size()));
    if (!is_new) return at->second;
    const DirectedArc arc = at->second;
    known_.emplace(std::pair(points[points.size() - 1], points[points.size() - 2]), ~arc);
    pack_.add_arc_sizes(static_cast<uint32_t>(points.size()));
    Point last{0, 0};
    for (const Point point : points) {
      pack_.add_steps(point.x - last.x);
      pack_.add_steps(point.y - last.y);
      last = point;
    }
    return arc;
  }

 private:
  OutlinePack& pack_;
  absl::flat_hash_map<std::pair<Point, Point>, DirectedArc> known_;
};

void AddRing(Ring ring, const Passages& passages, ArcStore& arcs, Outline& outline) {
  const auto is_junction = [&](Point point) { return passages.at(point).junction; };
  auto start = std::find_if(ring.begin(), ring.end(), is_junction);
  // A closed stretch begins in its least point, whoever meets it first.
  if (start == ring.end()) start = std::min_element(ring.begin(), ring.end());
  std::rotate(ring.begin(), start, ring.end());
  ring.push_back(ring.front());
  uint32_t count = 0;
  Ring stretch{ring[0]};
  for (size_t i = 1; i < ring.size(); ++i) {
    stretch.push_back(ring[i]);
    if (i + 1 == ring.size() || is_junction(ring[i])) {
      outline.add_arcs(arcs.Add(stretch));
      ++count;
      stretch = {ring[i]};
    }
  }
  outline.add_ring_sizes(count);
}

}  // namespace

void PackBuilder::Add(absl::string_view code, std::vector<Ring> rings) {
  const auto holes =
      geo::FindHoles(rings.size() < 2 ? geo::SegmentIndex() : geo::SegmentIndex(rings), rings);
  FUPIN_CHECK(holes.has_value());
  for (size_t i = 0; i < rings.size(); ++i) {
    if ((geo::DoubleArea(rings[i]) < 0) != (*holes)[i])
      std::reverse(rings[i].begin(), rings[i].end());
  }
  shapes_.push_back({std::string(code), std::move(rings)});
}

OutlinePack PackBuilder::Finish(const Origin& origin) const {
  OutlinePack pack;
  pack.set_format(1);
  pack.set_source_zh(origin.source_zh);
  pack.set_source_en(origin.source_en);
  pack.set_licence_zh(origin.licence_zh);
  pack.set_licence_en(origin.licence_en);
  pack.set_datum(origin.datum);
  pack.set_synthetic(origin.synthetic);
  Passages passages;
  for (const Shape& shape : shapes_) {
    for (const Ring& ring : shape.rings) Note(ring, passages);
  }
  ArcStore arcs(pack);
  for (const Shape& shape : shapes_) {
    Outline& outline = *pack.add_outlines();
    outline.set_code(shape.code);
    for (const Ring& ring : shape.rings) AddRing(ring, passages, arcs, outline);
  }
  return pack;
}

}  // namespace fupin::outline
