// Days that count: calendar days and working days with holidays (放假) and worked weekends (调休).
#ifndef FUPIN_LIBS_PROCEDURE_WORK_CALENDAR_H_
#define FUPIN_LIBS_PROCEDURE_WORK_CALENDAR_H_

#include <set>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/procedure/procedure.h"

namespace fupin::procedure {

// Immutable, hence safe for concurrent use. All days are of Asia/Shanghai.
class WorkCalendar {
 public:
  WorkCalendar() = default;
  WorkCalendar(std::set<absl::CivilDay> free, std::set<absl::CivilDay> working)
      : free_(std::move(free)), working_(std::move(working)) {}

  bool IsWorking(absl::CivilDay day) const;
  // The last day of a period that something on `day` begins: that day is not counted.
  absl::CivilDay LastDay(absl::CivilDay day, const Period& period) const;
  // The moment the period is over: the end of its last day.
  absl::Time EndOf(absl::Time begin, const Period& period) const;

 private:
  std::set<absl::CivilDay> free_;
  std::set<absl::CivilDay> working_;
};

}  // namespace fupin::procedure

#endif  // FUPIN_LIBS_PROCEDURE_WORK_CALENDAR_H_
