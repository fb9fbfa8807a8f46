// Days of the calendar in Asia/Shanghai, as numbers since 1970-01-01.
#ifndef FUPIN_SERVICES_GIS_DOMAIN_DAY_H_
#define FUPIN_SERVICES_GIS_DOMAIN_DAY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace fupin::gis {

using Day = int32_t;

Day DayOf(absl::Time time);
absl::Time StartOf(Day day);
std::string DayText(Day day);                         // "2026-11-25"
std::optional<Day> ParseDay(absl::string_view text);  // exactly that form

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_DOMAIN_DAY_H_
