// Reads areas from GeoJSON (RFC 7946, and the older form with a "crs").
#ifndef FUPIN_LIBS_OUTLINE_GEOJSON_H_
#define FUPIN_LIBS_OUTLINE_GEOJSON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/geo/point.h"

namespace fupin::outline {

struct Area {
  // The division's code, and how messages call the feature: "features[3] 520102".
  std::string code;
  std::string feature;
  // Of all its polygons, as they stand in the file.
  std::vector<std::vector<geo::LonLat>> rings;
};

struct Areas {
  std::string crs;  // the name the file declares, or empty
  std::vector<Area> areas;
};

// A FeatureCollection of Polygons and MultiPolygons. The code is read from `code_property`, a
// string or a whole number. Heights are dropped. Nothing is checked about the places themselves.
// INVALID_ARGUMENT: GEOJSON_MALFORMED, GEOJSON_CODE_MISSING, GEOJSON_GEOMETRY.
absl::StatusOr<Areas> ReadGeoJson(absl::string_view text, absl::string_view code_property);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_GEOJSON_H_
