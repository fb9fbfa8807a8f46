#include "services/gis/domain/day.h"

namespace fupin::gis {
namespace {

constexpr absl::CivilDay kFirst(1970, 1, 1);
constexpr int64_t kDaySeconds = 24 * 3600;
// No daylight saving since 1991: a fixed offset is the local calendar.
constexpr int64_t kOffsetSeconds = 8 * 3600;

}  // namespace

Day DayOf(absl::Time time) {
  const int64_t local = absl::ToUnixSeconds(time) + kOffsetSeconds;
  const bool early = local < 0 && local % kDaySeconds != 0;
  return static_cast<Day>(local / kDaySeconds - (early ? 1 : 0));
}

absl::Time StartOf(Day day) { return absl::FromUnixSeconds(kDaySeconds * day - kOffsetSeconds); }

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
