#include "libs/procedure/work_calendar.h"

#include <catch2/catch.hpp>

namespace fupin::procedure {
namespace {

using absl::CivilDay;

absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }

absl::Time At(int year, int month, int day, int hour, int minute, int second) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second), Shanghai());
}

// The Spring Festival of 2026: 15 to 23 February free, 14 and 28 worked.
WorkCalendar Calendar() {
  std::set<CivilDay> free;
  for (int day = 15; day <= 23; ++day) free.insert(CivilDay(2026, 2, day));
  return WorkCalendar(free, {CivilDay(2026, 2, 14), CivilDay(2026, 2, 28)});
}

TEST_CASE("ID-9 a period ends with the end of its last day, the first day not counted") {
  struct Case {
    const char* name;
    absl::Time begin;
    Period period;
    absl::Time end;
  };
  const Case test = GENERATE(values<Case>({
      {"seven days", At(2026, 11, 25, 9, 0, 0), {7, false}, At(2026, 12, 3, 0, 0, 0)},
      {"posted in the last second of a day",
       At(2026, 11, 25, 23, 59, 59),
       {7, false},
       At(2026, 12, 3, 0, 0, 0)},
      {"posted a second later", At(2026, 11, 26, 0, 0, 0), {7, false}, At(2026, 12, 4, 0, 0, 0)},
      {"still the day before in UTC",
       At(2026, 11, 26, 7, 59, 59),
       {1, false},
       At(2026, 11, 28, 0, 0, 0)},
      {"over the 29th of February", At(2028, 2, 27, 8, 0, 0), {3, false}, At(2028, 3, 2, 0, 0, 0)},
      {"over the year", At(2026, 12, 31, 8, 0, 0), {1, false}, At(2027, 1, 2, 0, 0, 0)},
      {"working days over a weekend",
       At(2026, 11, 27, 8, 0, 0),  // Friday
       {2, true},
       At(2026, 12, 2, 0, 0, 0)},  // Tuesday
      {"a worked Saturday counts", At(2026, 2, 13, 8, 0, 0), {1, true}, At(2026, 2, 15, 0, 0, 0)},
      {"holidays do not", At(2026, 2, 14, 8, 0, 0), {1, true}, At(2026, 2, 25, 0, 0, 0)},
      {"begun on a holiday", At(2026, 2, 20, 8, 0, 0), {5, true}, At(2026, 3, 1, 0, 0, 0)},
  }));
  CAPTURE(test.name);
  CHECK(Calendar().EndOf(test.begin, test.period) == test.end);
}

TEST_CASE("ID-9 a day works or not by its weekday, unless the holiday table says otherwise") {
  const WorkCalendar calendar = Calendar();
  CHECK(calendar.IsWorking(CivilDay(2026, 2, 13)));
  CHECK(calendar.IsWorking(CivilDay(2026, 2, 14)));        // worked Saturday
  CHECK_FALSE(calendar.IsWorking(CivilDay(2026, 2, 16)));  // free Monday
  CHECK_FALSE(calendar.IsWorking(CivilDay(2026, 3, 1)));   // Sunday
  CHECK(calendar.IsWorking(CivilDay(2030, 1, 1)));         // no table: a Tuesday
}

}  // namespace
}  // namespace fupin::procedure
