#include "libs/outline/level_shapes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libs/geo/ring.h"
#include "libs/geo/simplify.h"
#include "libs/geo/tile_id.h"
#include "libs/outline/ring_assembly.h"

namespace fupin::outline {
namespace {

// A point shows when its triangle (libs/geo/simplify.h) covers at least this many square tile
// units: a quarter of a screen pixel where a tile is 512 pixels wide.
constexpr uint64_t kDetail = 16;

uint8_t FirstZoom(uint64_t double_area) {
  for (int zoom = 0; zoom < geo::TileId::kMaxZoom; ++zoom) {
    const int bits = geo::kWorldBits - geo::TileId::kExtentBits - zoom;
    if (double_area >= (2 * kDetail) << (2 * bits)) return static_cast<uint8_t>(zoom);
  }
  return geo::TileId::kMaxZoom;
}

// Appends the points without the last: it is the first of the next way.
void AppendWay(const Arcs& lines, DirectedArc way, geo::Ring& ring) {
  const auto points = lines.points_of(ArcOf(way));
  if (way < 0) {
    ring.insert(ring.end(), points.rbegin(), points.rend() - 1);
  } else {
    ring.insert(ring.end(), points.begin(), points.end() - 1);
  }
}

}  // namespace

LevelShapes::LevelShapes(const Outlines& outlines, std::vector<uint32_t> level_members)
    : members(std::move(level_members)) {
  std::vector<std::vector<DirectedArc>> borders;
  borders.reserve(members.size());
  for (const uint32_t member : members) borders.push_back(outlines.BorderOf(member));
  const std::vector<Placed> placed = MakeLines(outlines, borders);
  SetZooms();
  for (size_t i = 0; i < members.size(); ++i) {
    std::vector<DirectedArc> ways_of;
    for (const DirectedArc way : borders[i]) {
      const Placed& there = placed[ArcOf(way)];
      // Turned round: left with north up is right on the map's grid, whose y grows to the south.
      if (there.first)
        ways_of.push_back((way < 0) == (there.line < 0) ? ~DirectedArc(ArcOf(there.line))
                                                        : DirectedArc(ArcOf(there.line)));
    }
    boxes.push_back(outlines.WorldBounds(members[i]));
    AddMember(std::move(ways_of));
  }
  index = geo::BoxIndex(boxes);
}

std::vector<LevelShapes::Placed> LevelShapes::MakeLines(
    const Outlines& outlines, const std::vector<std::vector<DirectedArc>>& borders) {
  const Arcs& arcs = outlines.arcs();
  // How many ends of border arcs are in each node, and the first two ways out of it.
  std::vector<uint32_t> degree(arcs.node_count);
  std::vector<std::array<DirectedArc, 2>> out(arcs.node_count);
  std::vector<bool> is_border(arcs.size());
  for (const auto& border : borders) {
    for (const DirectedArc way : border) {
      const uint32_t arc = ArcOf(way);
      if (is_border[arc]) continue;
      is_border[arc] = true;
      for (const DirectedArc leaving : {DirectedArc(arc), ~DirectedArc(arc)}) {
        const uint32_t node = arcs.StartNode(leaving);
        if (degree[node] < 2) out[node][degree[node]] = leaving;
        ++degree[node];
      }
    }
  }

  std::vector<Placed> placed(arcs.size());
  std::vector<bool> done(arcs.size());
  lines.node_count = arcs.node_count;
  const auto walk = [&](DirectedArc way) {
    const DirectedArc line = static_cast<DirectedArc>(lines.size());
    const uint32_t start = arcs.StartNode(way);
    lines.from.push_back(start);
    for (bool first = true;; first = false) {
      const uint32_t arc = ArcOf(way);
      done[arc] = true;
      placed[arc] = {way < 0 ? ~line : line, first};
      if (!first) lines.points.pop_back();
      const auto points = arcs.points_of(arc);
      if (way < 0) {
        lines.points.insert(lines.points.end(), points.rbegin(), points.rend());
      } else {
        lines.points.insert(lines.points.end(), points.begin(), points.end());
      }
      const uint32_t node = arcs.EndNode(way);
      if (degree[node] != 2 || node == start) {
        lines.to.push_back(node);
        lines.begins.push_back(static_cast<uint32_t>(lines.points.size()));
        return;
      }
      way = out[node][0] == ~way ? out[node][1] : out[node][0];
    }
  };
  // From where three areas meet; what is left is closed.
  for (uint32_t arc = 0; arc < arcs.size(); ++arc) {
    for (const DirectedArc way : {DirectedArc(arc), ~DirectedArc(arc)}) {
      if (is_border[arc] && !done[arc] && degree[arcs.StartNode(way)] != 2) walk(way);
    }
  }
  for (uint32_t arc = 0; arc < arcs.size(); ++arc) {
    if (is_border[arc] && !done[arc]) walk(DirectedArc(arc));
  }
  return placed;
}

void LevelShapes::SetZooms() {
  zooms.reserve(lines.points.size());
  for (uint32_t line = 0; line < lines.size(); ++line) {
    const auto points = lines.points_of(line);
    line_boxes.push_back(geo::BoundsOf(points));
    for (const uint64_t area : geo::EffectiveAreas(points)) zooms.push_back(FirstZoom(area));
  }
}

void LevelShapes::AddMember(std::vector<DirectedArc> border) {
  struct Made {
    std::vector<DirectedArc> ways;
    geo::Ring points;
    int64_t area;
  };
  std::vector<Made> outers, holes;
  std::vector<geo::Ring> all;
  for (auto& ring : AssembleRings(lines, std::move(border))) {
    Made made{std::move(ring), {}, 0};
    for (const DirectedArc way : made.ways) AppendWay(lines, way, made.points);
    made.area = geo::DoubleArea(made.points);
    all.push_back(made.points);
    (made.area >= 0 ? outers : holes).push_back(std::move(made));
  }
  labels.push_back(geo::InteriorPoint(all));
  const auto add = [&](const Made& made, bool hole) {
    const uint32_t begin = static_cast<uint32_t>(ways.size());
    ways.insert(ways.end(), made.ways.begin(), made.ways.end());
    rings.push_back({begin, static_cast<uint32_t>(ways.size()), hole});
  };
  // A hole belongs to the smallest outer ring around it.
  std::vector<size_t> around(holes.size(), 0);
  for (size_t h = 0; outers.size() > 1 && h < holes.size(); ++h) {
    const geo::Point a = holes[h].points[0], b = holes[h].points[1];
    const geo::Point middle{static_cast<int32_t>((int64_t{a.x} + b.x) / 2),
                            static_cast<int32_t>((int64_t{a.y} + b.y) / 2)};
    int64_t least = INT64_MAX;
    for (size_t o = 0; o < outers.size(); ++o) {
      if (outers[o].area < least && geo::Contains(outers[o].points, middle)) {
        least = outers[o].area;
        around[h] = o;
      }
    }
  }
  for (size_t o = 0; o < outers.size(); ++o) {
    add(outers[o], false);
    for (size_t h = 0; h < holes.size(); ++h) {
      if (around[h] == o) add(holes[h], true);
    }
  }
  ring_begins.push_back(static_cast<uint32_t>(rings.size()));
}

}  // namespace fupin::outline
