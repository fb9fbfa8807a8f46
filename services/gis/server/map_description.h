// What the map says about itself to programs: TileJSON, and the metadata of an archive of tiles.
#ifndef FUPIN_SERVICES_GIS_SERVER_MAP_DESCRIPTION_H_
#define FUPIN_SERVICES_GIS_SERVER_MAP_DESCRIPTION_H_

#include <string>

#include <nlohmann/json.hpp>

#include "services/gis/domain/causes.h"
#include "services/gis/server/export_subject.h"
#include "services/gis/server/shapes.h"

namespace fupin::gis {

// TileJSON 3. `tiles`: address with {z}, {x}, {y}.
nlohmann::json TileJson(const Shapes& shapes, const CauseList& causes, const std::string& tiles,
                        bool of_public);

// Of a PMTiles archive.
nlohmann::json ArchiveDescription(const ExportSubject& subject);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_MAP_DESCRIPTION_H_
