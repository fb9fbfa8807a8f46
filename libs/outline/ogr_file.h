// Shapefiles, GeoPackages and File Geodatabases, read through GDAL's own programs.
#ifndef FUPIN_LIBS_OUTLINE_OGR_FILE_H_
#define FUPIN_LIBS_OUTLINE_OGR_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/outline/outline.pb.h"
#include "libs/status/status.h"

namespace fupin::outline {

struct OgrOptions {
  // As the operator states it: WGS 84, CGCS2000 or GCJ-02. The first two must be what the file
  // declares; for GCJ-02 there is no declaration, such files say one of the two.
  Datum datum = DATUM_UNSPECIFIED;
  std::string layer;     // needed when the file has several
  std::string crs;       // "EPSG:4513": of a file that does not say; goes before what it says
  std::string encoding;  // of attributes, "GBK"; empty: what the file says, or a guess
  std::string code_property = "code";
  std::string name_property = "name";  // need not be there
};

struct OgrText {
  std::string geojson;         // degrees; with the two properties only
  std::string crs;             // name of the system the source is in
  std::vector<Problem> notes;  // OGR_ENCODING_GUESSED, OGR_CRS_OVERRIDDEN
};

// Whether a file of this name goes through GDAL.
bool IsOgrFile(absl::string_view path);

// Runs ogrinfo, ogr2ogr and gdalsrsinfo (package gdal-bin), without a shell and within RunLimits.
// Only a file that begins as its name says is given to them, of at most GeoJsonLimits::kMaxBytes.
// Metres become degrees of the same datum. FAILED_PRECONDITION / OGR_MISSING: they are not
// installed. NOT_FOUND / OUTLINE_FILE. INVALID_ARGUMENT: OGR_FAILED (with what GDAL says),
// OUTLINE_TOO_LARGE, OGR_LIMIT, OGR_LAYER (lists the layers), OGR_FIELD (lists the attributes),
// OGR_CRS_MISSING, GEOJSON_CRS (another datum than stated), OGR_CRS_UNSUPPORTED: Xi'an 1980 and
// Beijing 1954, which GDAL would move by guess, and all others.
absl::StatusOr<OgrText> ReadOgrFile(const std::string& path, const OgrOptions& options);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_OGR_FILE_H_
