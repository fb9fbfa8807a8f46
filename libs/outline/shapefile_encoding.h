// In which encoding the attributes of a Shapefile are.
#ifndef FUPIN_LIBS_OUTLINE_SHAPEFILE_ENCODING_H_
#define FUPIN_LIBS_OUTLINE_SHAPEFILE_ENCODING_H_

#include <string>

namespace fupin::outline {

// "UTF-8" or "GBK" for a Shapefile without .cpg whose .dbf does not say and has other than ASCII:
// GDAL would take it for ISO 8859-1. Empty when the file says, or it makes no difference. Looks at
// the first megabyte.
std::string GuessShapefileEncoding(const std::string& shp_path);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_SHAPEFILE_ENCODING_H_
