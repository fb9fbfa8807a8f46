// Days as people here count them: those of Asia/Shanghai (UTC+8, no daylight saving).
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_SHANGHAI_DAY_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_SHANGHAI_DAY_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace fupin::identification {

inline absl::CivilDay DayOf(absl::Time time) {
  return absl::ToCivilDay(time, absl::FixedTimeZone(8 * 60 * 60));
}

// "2026-12-01 24:00" for the end of a day.
inline std::string EndText(absl::Time ends) {
  return absl::StrCat(absl::FormatCivilTime(DayOf(ends) - 1), " 24:00");
}

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_SHANGHAI_DAY_H_
