#include "libs/outline/tile_builder.h"

#include <algorithm>
#include <utility>

#include "libs/geo/clip.h"
#include "libs/geo/ring.h"
#include "libs/mvt/polygon_commands.h"
#include "libs/outline/level_shapes.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

// All points beyond one side of `box`.
bool BeyondOneSide(const geo::Box& points, const geo::Box& box) {
  return points.max.x < box.min.x || points.min.x > box.max.x || points.max.y < box.min.y ||
         points.min.y > box.max.y;
}

// Takes back every step that the next one retraces: a line without area, left by cutting or
// rounding.
void RemoveSpikes(geo::Ring& ring) {
  const auto spike = [](geo::Point a, geo::Point b, geo::Point c) {
    return geo::DoubleArea(a, b, c) == 0 && (int64_t{b.x} - a.x) * (int64_t{c.x} - b.x) +
                                                    (int64_t{b.y} - a.y) * (int64_t{c.y} - b.y) <=
                                                0;
  };
  size_t size = 0;
  for (const geo::Point point : ring) {
    while (size >= 2 && spike(ring[size - 2], ring[size - 1], point)) --size;
    if (size == 1 && ring[0] == point) continue;
    ring[size++] = point;
  }
  // Around the seam.
  size_t begin = 0;
  for (bool changed = true; changed && size - begin >= 3;) {
    changed = true;
    if (spike(ring[size - 2], ring[size - 1], ring[begin])) {
      --size;
    } else if (spike(ring[size - 1], ring[begin], ring[begin + 1])) {
      ++begin;
    } else {
      changed = false;
    }
  }
  ring.resize(size);
  ring.erase(ring.begin(), ring.begin() + static_cast<ptrdiff_t>(begin));
}

// Adds the label when it lies in the tile. Half open: a label on the border is in one tile.
void AddLabel(geo::TileId tile, const geo::Box& inside, uint32_t member, geo::Point label,
              std::vector<mvt::LabelPoint>& labels) {
  if (label.x < inside.min.x || label.x >= inside.max.x || label.y < inside.min.y ||
      label.y >= inside.max.y) {
    return;
  }
  labels.push_back({member, (label.x - inside.min.x) >> tile.UnitBits(),
                    (label.y - inside.min.y) >> tile.UnitBits()});
}

// Encodes the rings of one member after another for one tile.
class Cutter {
 public:
  Cutter(const LevelShapes& shapes, geo::TileId tile)
      : shapes_(shapes),
        tile_(tile),
        world_(tile.Bounds(geo::TileId::kBuffer)),
        box_{{-geo::TileId::kBuffer, -geo::TileId::kBuffer},
             {geo::TileId::kExtent + geo::TileId::kBuffer,
              geo::TileId::kExtent + geo::TileId::kBuffer}} {}

  const geo::Box& world() const { return world_; }

  // Appends the commands of a member; nothing when none of its area is left.
  void Cut(uint32_t member, std::string& commands) {
    mvt::PolygonCommands pen(commands);
    const bool whole = world_.Contains(shapes_.boxes[member]);
    for (uint32_t r = shapes_.ring_begins[member]; r < shapes_.ring_begins[member + 1];) {
      // An outer ring with its holes, which may take all of it.
      bool outer_shows = false;
      int64_t area = 0;
      const size_t begin = commands.size();
      const mvt::PolygonCommands::Pen before = pen.pen();
      do {
        const LevelShapes::Ring& ring = shapes_.rings[r];
        if (!ring.hole || outer_shows) {
          const int64_t here = CutRing(ring, whole);
          if (ring.hole ? here < 0 : here > 0) {
            pen.AddRing(absl::Span<const geo::Point>(ring_));
            area += here;
            outer_shows = true;
          }
        }
        ++r;
      } while (r < shapes_.ring_begins[member + 1] && shapes_.rings[r].hole);
      if (area <= 0) pen.Rewind(begin, before);
    }
  }

 private:
  // Leaves the ring in ring_ and returns twice its area.
  int64_t CutRing(const LevelShapes::Ring& ring, bool whole) {
    ring_.clear();
    for (uint32_t w = ring.begin; w < ring.end; ++w) AddWay(shapes_.ways[w]);
    while (ring_.size() > 1 && ring_.back() == ring_.front()) ring_.pop_back();
    if (!whole) {
      geo::ClipRing(ring_, box_, clipped_, scratch_);
      std::swap(ring_, clipped_);
    }
    RemoveSpikes(ring_);
    return geo::DoubleArea(ring_);
  }

  void Add(geo::Point world) {
    const geo::Point point = tile_.Local(world);
    if (ring_.empty() || ring_.back() != point) ring_.push_back(point);
  }

  // The points that show, without the last, which begins the next way.
  void AddWay(DirectedArc way) {
    const uint32_t line = ArcOf(way);
    const uint32_t begin = shapes_.lines.begins[line], end = shapes_.lines.begins[line + 1];
    const geo::Point* const points = shapes_.lines.points.data();
    // Nothing of it shows and its ends are on the same side of the tile: a straight line does.
    if (BeyondOneSide(shapes_.line_boxes[line], world_))
      return Add(points[way < 0 ? end - 1 : begin]);
    const uint8_t* const zooms = shapes_.zooms.data();
    const int zoom = tile_.zoom();
    if (way < 0) {
      for (uint32_t i = end - 1; i > begin; --i) {
        if (zooms[i] <= zoom || i == end - 1) Add(points[i]);
      }
    } else {
      for (uint32_t i = begin; i + 1 < end; ++i) {
        if (zooms[i] <= zoom) Add(points[i]);
      }
    }
  }

  const LevelShapes& shapes_;
  const geo::TileId tile_;
  const geo::Box world_;
  const geo::Box box_;
  geo::Ring ring_, clipped_, scratch_;
};

}  // namespace

TileBuilder::TileBuilder(std::shared_ptr<const Outlines> outlines)
    : outlines_(std::move(outlines)) {
  for (size_t level = 0; level < outlines_->tree().levels().size(); ++level) {
    levels_.push_back(std::make_unique<const LevelShapes>(
        *outlines_, outlines_->MembersOf(static_cast<int>(level))));
  }
}

TileBuilder::~TileBuilder() = default;

TileGeometry TileBuilder::Build(geo::TileId tile, int level) const {
  TileGeometry geometry;
  Build(tile, level, geometry);
  return geometry;
}

void TileBuilder::Build(geo::TileId tile, int level, TileGeometry& geometry) const {
  const LevelShapes& shapes = *levels_.at(static_cast<size_t>(level));
  geometry.tile = tile;
  geometry.level = level;
  geometry.members.clear();
  geometry.ends.clear();
  geometry.commands.clear();
  geometry.labels.clear();
  geometry.above.clear();
  Cutter cutter(shapes, tile);
  std::vector<uint32_t> near;
  shapes.index.Find(cutter.world(), near);
  const geo::Box inside = tile.Bounds();
  for (const uint32_t i : near) {
    const size_t begin = geometry.commands.size();
    cutter.Cut(i, geometry.commands);
    if (geometry.commands.size() == begin) continue;
    geometry.members.push_back(shapes.members[i]);
    geometry.ends.push_back(static_cast<uint32_t>(geometry.commands.size()));
    AddLabel(tile, inside, shapes.members[i], shapes.labels[i], geometry.labels);
  }
  for (int above = 0; above < level; ++above) AddAbove(tile, above, geometry);
  std::sort(geometry.above.begin(), geometry.above.end(),
            [](const mvt::LabelPoint& a, const mvt::LabelPoint& b) { return a.row < b.row; });
}

void TileBuilder::AddAbove(geo::TileId tile, int level, TileGeometry& geometry) const {
  const LevelShapes& shapes = *levels_[static_cast<size_t>(level)];
  const geo::Box inside = tile.Bounds();
  std::vector<uint32_t> near;
  shapes.index.Find(inside, near);
  for (const uint32_t i : near) {
    const division::Division division = outlines_->tree().At(shapes.members[i]);
    if (division.level() != level || division.children().empty()) continue;
    AddLabel(tile, inside, shapes.members[i], shapes.labels[i], geometry.above);
  }
}

const std::vector<uint32_t>& TileBuilder::Members(int level) const {
  return levels_.at(static_cast<size_t>(level))->members;
}

std::vector<geo::TileId> TileBuilder::Tiles(int level, int zoom) const {
  std::vector<geo::TileId> tiles;
  const int32_t buffer = geo::TileId::kBuffer
                         << (geo::kWorldBits - geo::TileId::kExtentBits - zoom);
  for (const geo::Box& box : levels_.at(static_cast<size_t>(level))->boxes) {
    const geo::TileId first = geo::TileId::Containing(
        zoom, {std::max(0, box.min.x - buffer), std::max(0, box.min.y - buffer)});
    const geo::TileId last =
        geo::TileId::Containing(zoom, {std::min(geo::kWorldSize - 1, box.max.x + buffer),
                                       std::min(geo::kWorldSize - 1, box.max.y + buffer)});
    for (uint32_t y = first.y(); y <= last.y(); ++y) {
      for (uint32_t x = first.x(); x <= last.x(); ++x)
        tiles.push_back(*geo::TileId::Create(zoom, x, y));
    }
  }
  std::sort(tiles.begin(), tiles.end());
  tiles.erase(std::unique(tiles.begin(), tiles.end()), tiles.end());
  return tiles;
}

std::optional<geo::LonLat> TileBuilder::LabelPlace(int level, uint32_t member) const {
  const LevelShapes& shapes = *levels_.at(static_cast<size_t>(level));
  const auto at = std::lower_bound(shapes.members.begin(), shapes.members.end(), member);
  if (at == shapes.members.end() || *at != member) return std::nullopt;
  return geo::ToLonLat(shapes.labels[static_cast<size_t>(at - shapes.members.begin())]);
}

}  // namespace fupin::outline
