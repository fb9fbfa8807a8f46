// Levels of the division tree as people say them.
#ifndef FUPIN_SERVICES_GIS_SERVER_LEVEL_NAMES_H_
#define FUPIN_SERVICES_GIS_SERVER_LEVEL_NAMES_H_

#include "absl/strings/string_view.h"

namespace fupin::gis {

struct LevelName {
  absl::string_view zh;
  absl::string_view en;
};

// A level that is not of the usual ones is called as it stands in the files.
LevelName NameOfLevel(absl::string_view level);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_LEVEL_NAMES_H_
