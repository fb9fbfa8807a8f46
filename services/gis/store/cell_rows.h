// What the rows of the cell store say, and how an event changes the row of its household.
#ifndef FUPIN_SERVICES_GIS_STORE_CELL_ROWS_H_
#define FUPIN_SERVICES_GIS_STORE_CELL_ROWS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/gis/domain/causes.h"
#include "services/gis/domain/counts.h"
#include "services/gis/domain/day.h"
#include "services/gis/store/cell_store.h"
#include "services/gis/store/records.pb.h"

namespace fupin::gis {

inline constexpr char kHouseholds[] = "households";
inline constexpr char kCells[] = "cells";
inline constexpr char kDays[] = "days";
inline constexpr char kCauses[] = "causes";
inline constexpr char kCauseDays[] = "cause_days";
inline constexpr char kPosition[] = "position";

std::string DayPrefix(absl::string_view place);
std::string DayKey(absl::string_view place, Day day);
// Of a key that DayKey() made.
Day DayOfKey(absl::string_view key);

Counts FromStored(const store::StoredCounts& stored);
store::StoredCounts ToStored(const Counts& counts, int64_t update_time_ms);
CauseCounts FromStored(const store::StoredCauses& stored);
store::StoredCauses ToStored(const CauseCounts& causes);

// What a household adds to its place.
Counts CountsOf(const store::StoredHousehold& household);
CauseCounts CausesOf(const store::StoredHousehold& household);

// Takes a score or a status over; false: it is not newer than what is counted, and nothing changed.
bool Take(const ScoredHousehold& scored, const std::string& epoch,
          store::StoredHousehold* household);
bool Take(const StandingChange& change, const std::string& epoch,
          store::StoredHousehold* household);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_STORE_CELL_ROWS_H_
