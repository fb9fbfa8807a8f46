#include "services/gis/domain/day.h"

namespace fupin::gis {
namespace {

constexpr absl::CivilDay kFirst(1970, 1, 1);

}  // namespace

Day DayOf(absl::Time time) {
  // No daylight saving since 1991: a fixed offset is the local calendar.
  return static_cast<Day>(absl::ToCivilDay(time, absl::FixedTimeZone(8 * 3600)) - kFirst);
}

std::string DayText(Day day) { return absl::FormatCivilTime(kFirst + day); }

std::optional<Day> ParseDay(absl::string_view text) {
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day) ||
      absl::FormatCivilTime(day) != text || day < kFirst) {
    return std::nullopt;
  }
  return static_cast<Day>(day - kFirst);
}

}  // namespace fupin::gis
