// The engine of procedures (ID-9, ID-10): what may be done with a case now, by whom, and what
// follows. Pure: time, calendar and facts come in.
//
// Nothing here is about one procedure. A refusal names procedure, step and rule, and says in both
// languages what would be needed.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_FLOW_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_FLOW_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/procedure/procedure_set.h"
#include "libs/status/status.h"
#include "services/identification/domain/case_state.h"

namespace fupin::identification {

class CaseFlow {
 public:
  // Both must outlive it. A `lot`, where one is asked for, is a number from 0 to 999 that those who
  // handle the case cannot foresee.
  CaseFlow(const procedure::ProcedureSet& procedures, const procedure::Procedure& procedure)
      : set_(procedures), procedure_(procedure) {}

  // FAILED_PRECONDITION / CASE_NOT_OPEN_YET: the procedure does not open on this day;
  // CASE_STATUS_WRONG: not for households of this status ("none": not in the register).
  absl::StatusOr<CaseState> Open(const std::string& status, absl::Time now) const;

  // Moves the case by an action of its step. `lot`: 0 to 999, drawn for the step it goes to. A
  // refusal names everything that is lacking. Refusals (FAILED_PRECONDITION but where said):
  // CASE_ENDED, CASE_ACTION_UNKNOWN (INVALID_ARGUMENT), CASE_LEVEL_WRONG (PERMISSION_DENIED),
  // CASE_SAME_PERSON, CASE_REASON_MISSING (INVALID_ARGUMENT), NOTICE_NOT_POSTED, NOTICE_RUNNING,
  // OBJECTION_OPEN, SURVEY_MISSING, SURVEY_OLD, COMPARISON_MISSING, FINDINGS_OPEN, MEETING_MISSING,
  // QUORUM_MISSED, VOTES_MISSED, PHOTO_MISSING, EVIDENCE_MISSING, REVISIT_MISSING,
  // INCOME_NOT_STABLE, FORM_INCOMPLETE, STATUS_WRONG.
  absl::StatusOr<CaseState> Act(const CaseState& state, const CaseFacts& facts,
                                const CaseActor& actor, const CaseRequest& request, int lot,
                                absl::Time now) const;

  // Records that the notice of the step hangs: its period begins now. NOTICE_NONE, NOTICE_POSTED,
  // CASE_LEVEL_WRONG.
  absl::StatusOr<CaseState> Post(const CaseState& state, const CaseActor& actor,
                                 absl::Time now) const;
  // Takes a notice down because it was wrong or is changed: it must be posted anew. NOTICE_NONE,
  // NOTICE_NOT_POSTED, CASE_LEVEL_WRONG, CASE_REASON_MISSING.
  absl::StatusOr<CaseState> TakeDown(const CaseState& state, const CaseActor& actor,
                                     const std::string& reason) const;

  // An objection (异议) against the posted notice. NOTICE_NONE, NOTICE_NOT_POSTED, NOTICE_OVER.
  absl::StatusOr<CaseState> Object(const CaseState& state, absl::Time now) const;
  // Settles one objection. True: the case goes to the step the notice names and must be noticed
  // anew. OBJECTION_NONE, CASE_LEVEL_WRONG.
  absl::StatusOr<CaseState> Settle(const CaseState& state, const CaseActor& actor,
                                   bool substantiated, int lot, absl::Time now) const;

  // Records what an action of the step asks for. MEETING_NONE, MEETING_IMPOSSIBLE; EVIDENCE_NONE;
  // REVISIT_NONE; CASE_SAME_PERSON (who surveyed cannot make the other visit); CASE_LEVEL_WRONG.
  absl::StatusOr<CaseState> Meet(const CaseState& state, const CaseActor& actor,
                                 const MeetingRecord& meeting) const;
  absl::StatusOr<CaseState> Attach(const CaseState& state, const CaseActor& actor,
                                   const std::string& kind) const;
  absl::StatusOr<CaseState> Revisit(const CaseState& state, const CaseFacts& facts,
                                    const CaseActor& actor) const;

  // Goes on after a refusal. CASE_NOT_REFUSED, APPEAL_LATE, CASE_REASON_MISSING.
  absl::StatusOr<CaseState> Appeal(const CaseState& state, const std::string& reason, int lot,
                                   absl::Time now) const;

  // Ends the case, in whatever step, because nobody lives in the household any more: withdrawn, or
  // where the procedure knows no withdrawal, refused. CASE_ENDED.
  absl::StatusOr<CaseState> Gone(const CaseState& state, absl::Time now) const;

  // Every action of the step, and all that it is refused for to this actor now; OK where it is not.
  struct Option {
    const procedure::Action* action;
    absl::Status status;
  };
  std::vector<Option> Options(const CaseState& state, const CaseFacts& facts,
                              const CaseActor& actor, absl::Time now) const;

  const procedure::Procedure& procedure() const { return procedure_; }
  const procedure::Step& StepOf(const CaseState& state) const {
    return procedure_.steps[state.step];
  }
  // By when somebody should act in this step, and by when the case should be decided.
  std::optional<absl::Time> DueOf(const CaseState& state) const;
  std::optional<absl::Time> DecideBy(const CaseState& state) const;
  // Statuses the case can give now: those valid today, or else those valid when it was opened.
  std::vector<std::string> StatusesOf(const CaseState& state, absl::Time now) const;

 private:
  absl::Status Check(const CaseState& state, const CaseFacts& facts, const CaseActor& actor,
                     const procedure::Action& action, absl::Time now) const;
  // What keeps an action from being done that waits for the notice's end.
  void AddLacksOfNotice(const CaseState& state, const procedure::Action& action, absl::Time now,
                        std::vector<Problem>* lacks) const;
  // The notice of the step, posted.
  absl::Status NeedPosted(const CaseState& state) const;
  // Levels that do something in this step: who may post, meet, attach.
  absl::Status NeedLevel(const CaseState& state, const CaseActor& actor) const;
  CaseState Enter(CaseState state, size_t step, int lot, absl::Time now) const;
  // What stands against an action by a rule of the step, and a refusal for it alone.
  Problem Obstacle(const char* reason, const CaseState& state, const procedure::Action* action,
                   const std::string& zh, const std::string& en) const;
  absl::Status Forbid(absl::StatusCode code, const char* reason, const CaseState& state,
                      const procedure::Action* action, const std::string& zh,
                      const std::string& en) const;

  const procedure::ProcedureSet& set_;
  const procedure::Procedure& procedure_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_FLOW_H_
