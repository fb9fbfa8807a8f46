// Finds places by name or code.
#ifndef FUPIN_SERVICES_GIS_SERVER_PLACES_H_
#define FUPIN_SERVICES_GIS_SERVER_PLACES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/division/tree.h"

namespace fupin::gis {

// At most `limit` places whose name contains `text` or whose code begins with it: exact names
// first, then higher levels before lower ones. Reads every name: 1 ms for 20,000 places.
std::vector<division::Division> FindPlaces(const division::Tree& divisions, absl::string_view text,
                                           size_t limit);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_PLACES_H_
