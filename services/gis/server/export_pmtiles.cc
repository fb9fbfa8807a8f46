#include "services/gis/server/export_pmtiles.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libs/pmtiles/archive_writer.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/server/map_description.h"
#include "services/gis/server/tile.h"

namespace fupin::gis {
namespace {

std::string Compress(const std::string& tile) {
  const auto gzip = Gzip(tile);
  return gzip == nullptr ? "" : *gzip;
}

// Of one zoom, in the order of the archive.
std::vector<std::pair<uint64_t, geo::TileId>> TilesOf(const ExportSubject& subject, int level,
                                                      int zoom) {
  const geo::Box& bounds = subject.shapes.outlines().WorldBounds(subject.division.order());
  std::vector<std::pair<uint64_t, geo::TileId>> tiles;
  for (const geo::TileId id : subject.shapes.builder().Tiles(level, zoom)) {
    if (!id.Bounds().Meets(bounds)) continue;
    tiles.emplace_back(pmtiles::TileNumber(id.zoom(), id.x(), id.y()), id);
  }
  std::sort(tiles.begin(), tiles.end());
  return tiles;
}

}  // namespace

absl::Status WritePmtiles(const ExportSubject& subject, ScratchFile& file) {
  pmtiles::ArchiveWriter archive(file, Compress);
  outline::TileGeometry geometry;
  size_t count = 0;
  for (const ZoomLevel& level : subject.shapes.levels()) {
    for (int zoom = level.min_zoom; zoom <= level.max_zoom; ++zoom) {
      for (const auto& [number, id] : TilesOf(subject, level.level, zoom)) {
        if (++count % 1000 == 0) RETURN_IF_ERROR(GoOn(subject));
        subject.shapes.builder().Build(id, level.level, geometry);
        if (geometry.members.empty()) continue;
        RETURN_IF_ERROR(archive.Add(
            number, subject.shapes.Write(geometry, subject.numbers, !subject.of_public)));
      }
    }
  }
  pmtiles::About about;
  about.min_zoom = subject.shapes.levels().front().min_zoom;
  about.max_zoom = subject.shapes.max_zoom();
  if (const auto bounds = subject.shapes.outlines().Bounds(subject.division.order())) {
    about.west = bounds->min.lon;
    about.south = bounds->min.lat;
    about.east = bounds->max.lon;
    about.north = bounds->max.lat;
  }
  about.metadata = ArchiveDescription(subject).dump();
  return archive.Finish(about);
}

}  // namespace fupin::gis
