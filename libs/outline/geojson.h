// Reads areas from GeoJSON (RFC 7946, and the older form with a "crs"), one feature after another.
#ifndef FUPIN_LIBS_OUTLINE_GEOJSON_H_
#define FUPIN_LIBS_OUTLINE_GEOJSON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/geo/point.h"

namespace fupin::outline {

// One feature as it stands in the file.
struct Area {
  std::string code;     // of the division
  std::string name;     // property `name_property`, at most 60 bytes, for messages; or empty
  std::string feature;  // how messages call it: "features[3] 520102"
  // Of all its polygons.
  std::vector<std::vector<geo::LonLat>> rings;
  // For each ring whether it is the first of a polygon, the outer one.
  std::vector<bool> outer;
  // Why it cannot be used, with what the reason is about; empty when it can. Then `rings` may be
  // incomplete.
  std::string reason;
  std::string detail;
};

struct GeoJsonOptions {
  // The property that holds the code: a string or a whole number.
  std::string code_property = "code";
  std::string name_property = "name";
};

struct GeoJsonLimits {
  static constexpr size_t kMaxBytes = size_t{512} << 20;  // of one file
  static constexpr size_t kMaxDepth = 32;
  static constexpr size_t kMaxFeatures = 1'000'000;
  static constexpr size_t kMaxPointsPerFeature = 1'000'000;
  static constexpr size_t kMaxPoints = 20'000'000;
};

// Hands every feature of a FeatureCollection of Polygons and MultiPolygons to `each`, also those
// that cannot be used; memory is that of the largest feature. Heights are dropped; nothing is
// checked about the places themselves. NaN and Infinity, which are not JSON but are written by many
// programs, are faults of their feature, not of the file. Returns the coordinate reference system
// the file declares, or "".
// A feature's reasons: GEOJSON_MALFORMED, GEOJSON_CODE_MISSING, GEOJSON_GEOMETRY,
//   GEOJSON_NO_GEOMETRY, GEOJSON_NOT_A_NUMBER, OUTLINE_EMPTY, OUTLINE_TOO_LARGE.
// INVALID_ARGUMENT when the file cannot be read further; features before were handed over:
//   GEOJSON_MALFORMED, GEOJSON_ENCODING, GEOJSON_DEEP, GEOJSON_NOT_A_NUMBER, OUTLINE_TOO_LARGE.
absl::StatusOr<std::string> ScanGeoJson(absl::string_view text, const GeoJsonOptions& options,
                                        absl::FunctionRef<void(Area&)> each);

struct Areas {
  std::string crs;  // the name the file declares, or empty
  std::vector<Area> areas;
};

// All at once; the first feature that cannot be used refuses the file.
absl::StatusOr<Areas> ReadGeoJson(absl::string_view text, absl::string_view code_property);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_GEOJSON_H_
