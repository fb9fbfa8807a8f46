// Cuts outlines into tiles: which divisions a tile shows, and their shapes encoded for it.
#ifndef FUPIN_LIBS_OUTLINE_TILE_BUILDER_H_
#define FUPIN_LIBS_OUTLINE_TILE_BUILDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "libs/geo/mercator.h"
#include "libs/geo/tile_id.h"
#include "libs/mvt/tile_writer.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

// The part of a tile that never changes. Empty where the level has no outline.
struct TileGeometry {
  geo::TileId tile;
  int level = 0;
  // Order numbers of the divisions that show in the tile (64 units of buffer included), ascending.
  std::vector<uint32_t> members;
  // MVT 2.1 geometry of members[i]: bytes of `commands` from ends[i - 1] (or 0) to ends[i]. Never
  // empty; outer rings clockwise to the eye, holes after the outer ring that contains them.
  std::vector<uint32_t> ends;
  std::string commands;
  // Of the members whose label point lies in the tile, ascending; row = member. Over the tiles of a
  // zoom each division that is drawn has one label.
  std::vector<mvt::LabelPoint> labels;
  // Divisions above the level, not drawn because their parts are, whose label point on their own
  // level lies in the tile, ascending. Over the tiles of a zoom each has one.
  std::vector<mvt::LabelPoint> above;
};

class LevelShapes;

// Prepares all levels when made (about 1 us a point of the pack), then const and safe for
// concurrent use.
//
// Lines are simplified once per zoom, between points where three areas meet, before anything is
// assembled: two neighbours share every vertex at every zoom. Levels are simplified each by itself.
class TileBuilder {
 public:
  explicit TileBuilder(std::shared_ptr<const Outlines> outlines);
  ~TileBuilder();

  const Outlines& outlines() const { return *outlines_; }

  // Any zoom and level (0 to tree().levels().size() - 1). About 40 ns a vertex that shows.
  TileGeometry Build(geo::TileId tile, int level) const;
  // The same into memory used before.
  void Build(geo::TileId tile, int level, TileGeometry& geometry) const;

  // The divisions of a level, ascending: Outlines::MembersOf.
  const std::vector<uint32_t>& Members(int level) const;
  // All tiles of a zoom in which a division of the level may show, in the order of TileId::Key. A
  // few may turn out empty: where only the box of a division reaches.
  std::vector<geo::TileId> Tiles(int level, int zoom) const;
  // Where the label of a member is; nothing for a division that is not a member of the level.
  std::optional<geo::LonLat> LabelPlace(int level, uint32_t member) const;

 private:
  // Adds labels of divisions of a level above that have parts.
  void AddAbove(geo::TileId tile, int level, TileGeometry& geometry) const;

  std::shared_ptr<const Outlines> outlines_;
  std::vector<std::unique_ptr<const LevelShapes>> levels_;
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_TILE_BUILDER_H_
