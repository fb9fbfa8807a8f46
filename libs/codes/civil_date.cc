#include "libs/codes/civil_date.h"

#include "absl/strings/ascii.h"
#include "libs/codes/reasons.h"

namespace fupin::codes {
namespace {

// Value of `size` digits at `from`, -1 when there is something else.
int Digits(absl::string_view text, size_t from, size_t size) {
  int value = 0;
  for (size_t i = from; i < from + size; ++i) {
    if (i >= text.size() || !absl::ascii_isdigit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool YearOk(int year) { return year >= 1800 && year <= 2200; }

}  // namespace

absl::StatusOr<absl::CivilDay> ParseDate(absl::string_view text) {
  const int year = Digits(text, 0, 4);
  const int month = Digits(text, 5, 2);
  const int day = Digits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !YearOk(year) || month < 1 ||
      day < 1) {
    return Refuse("DATE_FORMAT");
  }
  // CivilDay carries over what does not exist: 30 February becomes 1 March.
  const absl::CivilDay date(year, month, day);
  if (date.month() != month || date.day() != day) return Refuse("DATE_FORMAT");
  return date;
}

absl::StatusOr<absl::CivilMonth> ParseMonth(absl::string_view text) {
  const int year = Digits(text, 0, 4);
  const int month = Digits(text, 5, 2);
  if (text.size() != 7 || text[4] != '-' || !YearOk(year) || month < 1 || month > 12) {
    return Refuse("MONTH_FORMAT");
  }
  return absl::CivilMonth(year, month);
}

absl::StatusOr<absl::CivilYear> ParseYear(absl::string_view text) {
  const int year = Digits(text, 0, 4);
  if (text.size() != 4 || !YearOk(year)) return Refuse("YEAR_FORMAT");
  return absl::CivilYear(year);
}

}  // namespace fupin::codes
