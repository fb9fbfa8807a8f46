// Dates as text: strict, Gregorian, no guessing.
#ifndef FUPIN_LIBS_CODES_CIVIL_DATE_H_
#define FUPIN_LIBS_CODES_CIVIL_DATE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace fupin::codes {

// "2024-02-29"; years 1800-2200. DATE_FORMAT.
absl::StatusOr<absl::CivilDay> ParseDate(absl::string_view text);
// "2024-02". MONTH_FORMAT.
absl::StatusOr<absl::CivilMonth> ParseMonth(absl::string_view text);
// "2024". YEAR_FORMAT.
absl::StatusOr<absl::CivilYear> ParseYear(absl::string_view text);

}  // namespace fupin::codes

#endif  // FUPIN_LIBS_CODES_CIVIL_DATE_H_
