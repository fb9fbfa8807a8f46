// Which figures of a place a state block carries. A map is coloured by one of them at a time:
// whoever filters by a cause, or plays a year, fetches the set it is in and no other (README.md,
// Decisions).
#ifndef FUPIN_SERVICES_GIS_SERVER_FIGURE_SETS_H_
#define FUPIN_SERVICES_GIS_SERVER_FIGURE_SETS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/gis/server/board.h"

namespace fupin::gis {

enum class FigureSet {
  kIndex = 1,     // the attributes of tiles
  kRegister = 2,  // by the register (建档立卡)
  kCauses = 3,    // households on the register by main cause
};

// "index", "register", "causes".
std::optional<FigureSet> FindFigureSet(absl::string_view name);
const char* NameOf(FigureSet set);

// What the columns of a set are called, in their order; those of causes are called by their codes.
std::vector<std::string> ColumnsOf(FigureSet set, const CauseList& causes);

// A row of kRegister or kCauses, in that order.
std::vector<int32_t> RowOf(FigureSet set, const Counts& counts,
                           absl::Span<const CauseNumber> causes);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_FIGURE_SETS_H_
