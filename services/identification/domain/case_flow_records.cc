// What is recorded with a case because an action asks for it: meeting, evidence, another visit.
#include <variant>

#include "libs/status/macros.h"
#include "services/identification/domain/case_flow.h"

namespace fupin::identification {
namespace {

using absl::StatusCode;
using procedure::Action;

constexpr StatusCode kPrecondition = StatusCode::kFailedPrecondition;

}  // namespace

absl::StatusOr<CaseState> CaseFlow::Meet(const CaseState& state, const CaseActor& actor,
                                         const MeetingRecord& meeting) const {
  bool wanted = false;
  for (const Action& action : StepOf(state).actions) {
    for (const procedure::Condition& condition : action.conditions) {
      wanted |= std::holds_alternative<procedure::Meeting>(condition);
    }
  }
  if (!wanted) {
    return Forbid(kPrecondition, "MEETING_NONE", state, nullptr, "本步骤没有民主评议",
                  "this step has no appraisal meeting");
  }
  RETURN_IF_ERROR(NeedLevel(state, actor));
  const bool possible = meeting.entitled > 0 && meeting.present >= 0 && meeting.in_favour >= 0 &&
                        meeting.against >= 0 && meeting.present <= meeting.entitled &&
                        int64_t{meeting.in_favour} + meeting.against <= meeting.present;
  if (!possible) {
    return Forbid(StatusCode::kInvalidArgument, "MEETING_IMPOSSIBLE", state, nullptr,
                  "人数不符:实到不多于应到,同意与反对之和不多于实到",
                  "the numbers do not fit: present at most entitled, votes at most present");
  }
  CaseState next = state;
  next.meeting = meeting;
  next.meeting->recorder = actor.id;
  return next;
}

absl::StatusOr<CaseState> CaseFlow::Attach(const CaseState& state, const CaseActor& actor,
                                           const std::string& kind) const {
  bool wanted = false;
  for (const Action& action : StepOf(state).actions) {
    for (const procedure::Condition& condition : action.conditions) {
      const auto* evidence = std::get_if<procedure::Evidence>(&condition);
      wanted |= evidence != nullptr && evidence->kind == kind;
    }
  }
  if (!wanted) {
    return Forbid(kPrecondition, "EVIDENCE_NONE", state, nullptr, "本步骤不需要这种材料",
                  "this step asks for no such document");
  }
  RETURN_IF_ERROR(NeedLevel(state, actor));
  CaseState next = state;
  next.evidence.push_back({kind, actor.id});
  return next;
}

absl::StatusOr<CaseState> CaseFlow::Revisit(const CaseState& state, const CaseFacts& facts,
                                            const CaseActor& actor) const {
  if (!state.drawn) {
    return Forbid(kPrecondition, "REVISIT_NONE", state, nullptr, "该户没有被抽中复查",
                  "this household was not drawn for another visit");
  }
  RETURN_IF_ERROR(NeedLevel(state, actor));
  if (actor.id == facts.surveyor) {
    return Forbid(kPrecondition, "CASE_SAME_PERSON", state, nullptr,
                  "您是原调查人员,复查须由另一人进行",
                  "you made the survey; somebody else must make this visit");
  }
  CaseState next = state;
  next.revisitor = actor.id;
  return next;
}

}  // namespace fupin::identification
