// The map as GeoJSON (RFC 7946): outlines at full precision with their numbers.
//
// One feature a place, id = its number as in tiles, properties as in tiles; geometry null for a
// place without an outline. Members beside the standard's: date or edition, division, attribution,
// attribution_en, synthetic.
#ifndef FUPIN_SERVICES_GIS_SERVER_EXPORT_GEOJSON_H_
#define FUPIN_SERVICES_GIS_SERVER_EXPORT_GEOJSON_H_

#include "absl/status/status.h"
#include "services/gis/server/export_subject.h"
#include "services/gis/server/scratch_file.h"

namespace fupin::gis {

// Without a level: the direct parts of the division, or itself when it has none.
absl::Status WriteGeoJson(const ExportSubject& subject, ScratchFile& file);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_EXPORT_GEOJSON_H_
