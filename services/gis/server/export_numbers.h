// The numbers of an export: what a caller may see of the places, now or on a past day.
#ifndef FUPIN_SERVICES_GIS_SERVER_EXPORT_NUMBERS_H_
#define FUPIN_SERVICES_GIS_SERVER_EXPORT_NUMBERS_H_

#include <optional>

#include "absl/status/status.h"
#include "services/gis/server/export_subject.h"
#include "services/gis/server/past.h"

namespace fupin::gis {

struct NumbersWanted {
  std::optional<Day> day;                   // none: as of now
  std::optional<division::Division> scope;  // only places in there have numbers; none: all
  bool as_tiles = false;  // of the whole map, with the attributes of tiles and no others
};

// Fills in the numbers of `subject`. Besides those of tiles, tables have the register and each
// cause in a column of its own. CANCELLED: it was given up.
absl::Status AddNumbers(const Board& board, const Past& past, const NumbersWanted& wanted,
                        ExportSubject* subject);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_EXPORT_NUMBERS_H_
