// Real geography into a pack: everything that usually goes wrong with boundary files is refused
// with the feature named, before anyone sees a wrong map.
#ifndef FUPIN_LIBS_OUTLINE_GEOGRAPHY_IMPORT_H_
#define FUPIN_LIBS_OUTLINE_GEOGRAPHY_IMPORT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/division/tree.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

struct ImportOptions {
  std::string code_property = "code";
  // Source, licence and datum must all be stated; the datum is one of WGS 84, CGCS2000 and GCJ-02,
  // and holds for all files together.
  Origin origin;
  // Places outside are refused: China if not told.
  LonLatBox expected = {{73, 3}, {136, 54}};
};

// GeoJSON FeatureCollections, one or several, into one pack; levels may be mixed. Coordinates are
// kept as they are (to 1e-6 degree) together with their datum; Outlines moves GCJ-02 back when it
// loads. INVALID_ARGUMENT, up to Outlines::kMaxProblems problems, each naming file and feature:
//   as ReadGeoJson; OUTLINE_DATUM_MISSING, GEOJSON_CRS, GEOJSON_PROJECTED, GEOJSON_SWAPPED,
//   GEOJSON_FAR_OUTSIDE, OUTLINE_RING_OPEN, OUTLINE_EMPTY, OUTLINE_CROSSING; then all that
//   Outlines::Make refuses.
absl::StatusOr<OutlinePack> ImportGeography(const std::vector<division::Source>& files,
                                            const ImportOptions& options,
                                            std::shared_ptr<const division::Tree> tree);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_GEOGRAPHY_IMPORT_H_
