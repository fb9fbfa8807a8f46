// Shapefiles, GeoPackages and File Geodatabases, read through GDAL's own programs.
#ifndef FUPIN_LIBS_OUTLINE_OGR_FILE_H_
#define FUPIN_LIBS_OUTLINE_OGR_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::outline {

struct OgrOptions {
  std::string layer;     // needed when the file has several
  std::string crs;       // "EPSG:4513": of a file that does not say; goes before what it says
  std::string encoding;  // of attributes, "GBK"; empty: what the file says
};

struct OgrText {
  std::string geojson;  // degrees
  std::string crs;      // the name the file declares, or that of the options
};

// Whether a file of this name goes through GDAL.
bool IsOgrFile(absl::string_view path);

// Runs ogrinfo and ogr2ogr (package gdal-bin), without a shell; the file is turned into degrees of
// CGCS2000. FAILED_PRECONDITION / OGR_MISSING: they are not installed. INVALID_ARGUMENT: OGR_FAILED
// (with what GDAL says), OGR_LAYER (lists the layers), OGR_CRS_MISSING, OGR_CRS_UNSUPPORTED: Xi'an
// 1980 and Beijing 1954, which GDAL would move by guess.
absl::StatusOr<OgrText> ReadOgrFile(const std::string& path, const OgrOptions& options);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_OGR_FILE_H_
