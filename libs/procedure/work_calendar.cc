#include "libs/procedure/work_calendar.h"

namespace fupin::procedure {
namespace {

// No daylight saving since 1991.
absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }

}  // namespace

bool WorkCalendar::IsWorking(absl::CivilDay day) const {
  if (working_.count(day) > 0) return true;
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday &&
         free_.count(day) == 0;
}

absl::CivilDay WorkCalendar::LastDay(absl::CivilDay day, const Period& period) const {
  if (!period.working) return day + period.days;
  for (int counted = 0; counted < period.days;) {
    if (IsWorking(++day)) ++counted;
  }
  return day;
}

absl::Time WorkCalendar::EndOf(absl::Time begin, const Period& period) const {
  const absl::CivilDay last = LastDay(absl::ToCivilDay(begin, Shanghai()), period);
  return absl::FromCivil(absl::CivilSecond(last + 1), Shanghai());
}

}  // namespace fupin::procedure
