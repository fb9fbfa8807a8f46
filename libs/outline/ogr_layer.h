// What GDAL's ogrinfo says of a file, as far as the import needs it.
#ifndef FUPIN_LIBS_OUTLINE_OGR_LAYER_H_
#define FUPIN_LIBS_OUTLINE_OGR_LAYER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/outline/outline.pb.h"

namespace fupin::outline {

// Names of the layers: lines "1: villages (Polygon)" of `ogrinfo -q FILE`.
std::vector<std::string> LayersOf(absl::string_view said);

// Names of the attributes: lines "XZQDM: String (12.0)" of `ogrinfo -so FILE LAYER`.
std::vector<std::string> FieldsOf(absl::string_view said);

struct OgrCrs {
  std::string name;                 // "CGCS2000 / 3-degree Gauss-Kruger CM 105E"; empty: none given
  Datum datum = DATUM_UNSPECIFIED;  // WGS 84 or CGCS2000; unspecified for all others
};

// From text that contains a coordinate reference system as WKT 2: of `ogrinfo -so` or
// `gdalsrsinfo`.
OgrCrs CrsOf(absl::string_view said);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_OGR_LAYER_H_
