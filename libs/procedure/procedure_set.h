// All procedures of a folder, with the statuses of the register and the calendar.
//
// Whoever holds a set can rely on it, it is proved when loaded: in every procedure each step can be
// reached, from each step an end can be reached, and no way leads to an end that grants but through
// every notice, posted and left after its period.
#ifndef FUPIN_LIBS_PROCEDURE_PROCEDURE_SET_H_
#define FUPIN_LIBS_PROCEDURE_PROCEDURE_SET_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/procedure/exit_standard.h"
#include "libs/procedure/procedure.h"
#include "libs/procedure/watch.h"
#include "libs/procedure/work_calendar.h"

namespace fupin::procedure {

// A file of the folder, by its name: *.procedure.textproto, statuses.textproto, holidays.textproto,
// watch.textproto, exit_test.textproto.
struct SourceFile {
  std::string name;
  std::string text;
};

// Immutable, hence safe for concurrent use.
class ProcedureSet {
 public:
  // `levels`: names of the division levels, top first. Reads the folder's *.textproto.
  // NOT_FOUND / PROCEDURE_FOLDER; INVALID_ARGUMENT with up to 20 problems, each naming file,
  //   procedure and step: PROCEDURE_SYNTAX, PROCEDURE_ID, PROCEDURE_TEXT, PROCEDURE_DATE,
  //   PROCEDURE_PERIOD, PROCEDURE_LEVEL, PROCEDURE_STATUS, PROCEDURE_STEP, PROCEDURE_TARGET,
  //   PROCEDURE_CONDITION, PROCEDURE_UNREACHABLE, PROCEDURE_DEAD_END, PROCEDURE_BYPASS,
  //   PROCEDURE_NOTICE_TYPE, PROCEDURE_NOBODY.
  static absl::StatusOr<std::shared_ptr<const ProcedureSet>> Load(
      const std::string& folder, const std::vector<std::string>& levels);
  static absl::StatusOr<std::shared_ptr<const ProcedureSet>> Parse(
      const std::vector<SourceFile>& files, const std::vector<std::string>& levels);

  const std::vector<Procedure>& procedures() const { return procedures_; }
  const std::vector<Status>& statuses() const { return statuses_; }
  const WorkCalendar& calendar() const { return calendar_; }
  // What the register looks out for; of every rule some procedure can follow.
  const std::vector<WatchRule>& watch() const { return watch_; }

  // Null when there is none.
  const Procedure* Find(absl::string_view id, int version) const;
  // The newest version of the procedure of this purpose that opens on that day.
  const Procedure* ForPurpose(Purpose purpose, absl::CivilDay day) const;
  // The newest version of that id that opens on that day.
  const Procedure* Newest(absl::string_view id, absl::CivilDay day) const;
  const Status* FindStatus(absl::string_view code) const;
  // The newest version of the first of these purposes that opens on that day for the status.
  const Procedure* ForStatus(const std::vector<Purpose>& purposes, absl::string_view status,
                             absl::CivilDay day) const;
  // By which a county is tested on that day.
  const ExitStandard* StandardOn(absl::CivilDay day) const;

 private:
  friend class SetReader;
  std::vector<Procedure> procedures_;
  std::vector<Status> statuses_;
  std::vector<WatchRule> watch_;
  std::vector<ExitStandard> standards_;
  WorkCalendar calendar_;
};

// Types of notices: each has its own list of fields it may show, fixed in the program.
bool IsNoticeType(absl::string_view type);

}  // namespace fupin::procedure

#endif  // FUPIN_LIBS_PROCEDURE_PROCEDURE_SET_H_
