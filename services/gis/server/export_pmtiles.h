// The map as one file of vector tiles (PMTiles 3), for tablets without a network and for file
// servers: the bytes of every tile are those that /map/tiles sends for the same numbers.
#ifndef FUPIN_SERVICES_GIS_SERVER_EXPORT_PMTILES_H_
#define FUPIN_SERVICES_GIS_SERVER_EXPORT_PMTILES_H_

#include "absl/status/status.h"
#include "services/gis/server/export_subject.h"
#include "services/gis/server/scratch_file.h"

namespace fupin::gis {

// All tiles of all zooms that show something within the bounds of the division. 50 us a tile.
absl::Status WritePmtiles(const ExportSubject& subject, ScratchFile& file);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_EXPORT_PMTILES_H_
