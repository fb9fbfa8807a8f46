#include "services/identification/domain/case_flow.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "services/identification/domain/case_condition.h"
#include "services/identification/domain/shanghai_day.h"

namespace fupin::identification {
namespace {

using absl::StatusCode;
using procedure::Action;
using procedure::Outcome;
using procedure::Step;

constexpr StatusCode kPrecondition = StatusCode::kFailedPrecondition;

// Names of levels as people say them; others by their own name.
struct LevelName {
  int level;
  const char* zh;
  const char* en;
};
constexpr LevelName kLevels[] = {{0, "省级", "province"}, {1, "市级", "prefecture"},
                                 {2, "县级", "county"},   {3, "乡镇", "township"},
                                 {4, "村级", "village"},  {5, "村组", "natural village"}};

std::string LevelNames(const std::vector<int>& levels, bool zh) {
  std::vector<std::string> names;
  for (const int level : levels) {
    for (const LevelName& name : kLevels) {
      if (name.level == level) names.emplace_back(zh ? name.zh : name.en);
    }
  }
  return absl::StrJoin(names, zh ? "、" : ", ");
}

}  // namespace

Problem CaseFlow::Obstacle(const char* reason, const CaseState& state, const Action* action,
                           const std::string& zh, const std::string& en) const {
  const Step& step = StepOf(state);
  return {reason, action == nullptr ? step.id : absl::StrCat(step.id, ".", action->id),
          absl::StrCat("《", procedure_.name.zh, "》“", step.name.zh, "”",
                       action == nullptr ? "" : absl::StrCat("的“", action->name.zh, "”"), ":", zh),
          absl::StrCat(procedure_.name.en, ", ", step.name.en,
                       action == nullptr ? "" : absl::StrCat(", ", action->name.en), ": ", en)};
}

absl::Status CaseFlow::Forbid(StatusCode code, const char* reason, const CaseState& state,
                              const Action* action, const std::string& zh,
                              const std::string& en) const {
  return ProblemStatus(code, Obstacle(reason, state, action, zh, en));
}

absl::StatusOr<CaseState> CaseFlow::Open(const std::string& status, absl::Time now) const {
  CaseState state;
  state.procedure = procedure_.id;
  state.version = procedure_.version;
  state.opened = now;
  state.entered = now;
  if (!procedure_.OpensOn(DayOf(now))) {
    const std::string from = absl::FormatCivilTime(procedure_.valid_from);
    const std::string to =
        procedure_.valid_to ? absl::FormatCivilTime(*procedure_.valid_to) : std::string("-");
    return Forbid(kPrecondition, "CASE_NOT_OPEN_YET", state, nullptr,
                  absl::StrCat("该程序有效期为 ", from, " 至 ", to, ",此日不能受理"),
                  absl::StrCat("cases open from ", from, " to ", to, " only"));
  }
  const auto& from = procedure_.from_statuses;
  if (std::find(from.begin(), from.end(), status) == from.end()) {
    std::vector<std::string> zh;
    std::vector<std::string> en;
    for (const std::string& code : from) {
      const procedure::Status* known = set_.FindStatus(code);
      zh.push_back(known == nullptr ? "未登记户" : known->name.zh);
      en.push_back(known == nullptr ? "not in the register" : known->name.en);
    }
    return Forbid(kPrecondition, "CASE_STATUS_WRONG", state, nullptr,
                  absl::StrCat("只受理:", absl::StrJoin(zh, "、")),
                  absl::StrCat("only for: ", absl::StrJoin(en, ", ")));
  }
  return state;
}

CaseState CaseFlow::Enter(CaseState state, size_t step, int lot, absl::Time now) const {
  state.step = step;
  state.entered = now;
  state.notice.reset();
  state.meeting.reset();
  state.evidence.clear();
  state.revisitor.clear();
  state.open_objections = 0;
  int permille = 0;
  for (const Action& action : procedure_.steps[step].actions) {
    for (const procedure::Condition& condition : action.conditions) {
      if (const auto* revisit = std::get_if<procedure::Revisit>(&condition)) {
        permille = std::max(permille, revisit->permille);
      }
    }
  }
  state.drawn = lot < permille;
  return state;
}

absl::Status CaseFlow::NeedLevel(const CaseState& state, const CaseActor& actor) const {
  std::set<int> levels;
  for (const Action& action : StepOf(state).actions) {
    levels.insert(action.levels.begin(), action.levels.end());
  }
  if (StepOf(state).notice) levels.insert(StepOf(state).notice->level);
  if (!actor.applicant && levels.count(actor.level) > 0) return absl::OkStatus();
  const std::vector<int> all(levels.begin(), levels.end());
  return Forbid(StatusCode::kPermissionDenied, "CASE_LEVEL_WRONG", state, nullptr,
                absl::StrCat("须由", LevelNames(all, true), "人员办理"),
                absl::StrCat("for officers of: ", LevelNames(all, false)));
}

absl::Status CaseFlow::Check(const CaseState& state, const CaseFacts& facts, const CaseActor& actor,
                             const Action& action, absl::Time now) const {
  const bool may = actor.applicant ? action.by_applicant
                                   : std::find(action.levels.begin(), action.levels.end(),
                                               actor.level) != action.levels.end();
  if (!may) {
    const std::string also_zh = action.by_applicant ? "或申请人本人" : "";
    const std::string also_en = action.by_applicant ? " or the applicant" : "";
    return Forbid(StatusCode::kPermissionDenied, "CASE_LEVEL_WRONG", state, &action,
                  absl::StrCat("须由", LevelNames(action.levels, true), "人员", also_zh, "办理"),
                  absl::StrCat("for officers of: ", LevelNames(action.levels, false), also_en));
  }
  std::vector<Problem> lacks;
  for (const std::string& other : action.other_than) {
    const auto last = state.last_actor.find(other);
    if (last == state.last_actor.end() || last->second != actor.id) continue;
    const Action* done = nullptr;
    for (const Step& step : procedure_.steps) {
      if (done == nullptr) done = step.FindAction(other);
    }
    lacks.push_back(Obstacle(
        "CASE_SAME_PERSON", state, &action,
        absl::StrCat("您已办理本案的“", done->name.zh, "”,须由另一人办理此项"),
        absl::StrCat("you did \"", done->name.en, "\" of this case; somebody else must do this")));
    break;
  }
  if (action.after_period) AddLacksOfNotice(state, action, now, &lacks);
  for (const procedure::Condition& condition : action.conditions) {
    if (const auto lack = LackOf(condition, state, facts, now)) {
      lacks.push_back(Obstacle(lack->reason, state, &action, lack->zh, lack->en));
    }
  }
  return lacks.empty() ? absl::OkStatus() : ProblemStatus(kPrecondition, std::move(lacks));
}

absl::StatusOr<CaseState> CaseFlow::Act(const CaseState& state, const CaseFacts& facts,
                                        const CaseActor& actor, const CaseRequest& request, int lot,
                                        absl::Time now) const {
  const Step& step = StepOf(state);
  if (step.end) {
    return Forbid(kPrecondition, "CASE_ENDED", state, nullptr, "本案已办结", "the case has ended");
  }
  const Action* action = step.FindAction(request.action);
  if (action == nullptr) {
    std::vector<std::string> zh;
    std::vector<std::string> en;
    for (const Action& each : step.actions) {
      zh.push_back(each.name.zh);
      en.push_back(each.id);
    }
    return Forbid(StatusCode::kInvalidArgument, "CASE_ACTION_UNKNOWN", state, nullptr,
                  absl::StrCat("本步骤只能办理:", absl::StrJoin(zh, "、")),
                  absl::StrCat("this step allows: ", absl::StrJoin(en, ", ")));
  }
  RETURN_IF_ERROR(Check(state, facts, actor, *action, now));
  if (action->reason_required && request.reason.empty()) {
    return Forbid(StatusCode::kInvalidArgument, "CASE_REASON_MISSING", state, action, "须填写理由",
                  "a reason is needed");
  }
  CaseState next = Enter(state, action->to, lot, now);
  next.last_actor[action->id] = actor.id;
  if (procedure_.steps[action->to].end == Outcome::kGranted) {
    const std::vector<std::string> possible = StatusesOf(state, now);
    if (request.status.empty() && possible.size() == 1) {
      next.status = possible.front();
    } else if (std::find(possible.begin(), possible.end(), request.status) != possible.end()) {
      next.status = request.status;
    } else {
      return Forbid(StatusCode::kInvalidArgument, "STATUS_WRONG", state, action,
                    absl::StrCat("须选择登记状态:", absl::StrJoin(possible, "、")),
                    absl::StrCat("choose a status: ", absl::StrJoin(possible, ", ")));
    }
  }
  return next;
}

absl::StatusOr<CaseState> CaseFlow::Gone(const CaseState& state, absl::Time now) const {
  if (StepOf(state).end) {
    return Forbid(kPrecondition, "CASE_ENDED", state, nullptr, "本案已办结", "the case has ended");
  }
  for (const Outcome outcome : {Outcome::kWithdrawn, Outcome::kRefused}) {
    for (size_t i = 0; i < procedure_.steps.size(); ++i) {
      if (procedure_.steps[i].end == outcome) return Enter(state, i, 0, now);
    }
  }
  return Forbid(kPrecondition, "CASE_NO_OTHER_END", state, nullptr,
                "程序只有批准一种结果,请修改程序文件",
                "the procedure ends only by granting; change its file");
}

absl::StatusOr<CaseState> CaseFlow::Appeal(const CaseState& state, const std::string& reason,
                                           int lot, absl::Time now) const {
  const Step& step = StepOf(state);
  if (!step.appeal_to) {
    return Forbid(kPrecondition, "CASE_NOT_REFUSED", state, nullptr, "只有不予批准的办件可以申诉",
                  "only a refused case can be appealed");
  }
  const absl::Time until = set_.calendar().EndOf(state.entered, step.appeal_within);
  if (now >= until) {
    return Forbid(kPrecondition, "APPEAL_LATE", state, nullptr,
                  absl::StrCat("申诉期已于 ", EndText(until), " 结束,可重新申请"),
                  absl::StrCat("the time for an appeal ended at ", EndText(until),
                               "; a new application is possible"));
  }
  if (reason.empty()) {
    return Forbid(StatusCode::kInvalidArgument, "CASE_REASON_MISSING", state, nullptr,
                  "申诉须写明理由", "an appeal needs its reason");
  }
  return Enter(state, *step.appeal_to, lot, now);
}

std::vector<CaseFlow::Option> CaseFlow::Options(const CaseState& state, const CaseFacts& facts,
                                                const CaseActor& actor, absl::Time now) const {
  std::vector<Option> options;
  for (const Action& action : StepOf(state).actions) {
    options.push_back({&action, Check(state, facts, actor, action, now)});
  }
  return options;
}

std::optional<absl::Time> CaseFlow::DueOf(const CaseState& state) const {
  const auto& due = StepOf(state).due;
  if (!due) return std::nullopt;
  const absl::Time by = set_.calendar().EndOf(state.entered, *due);
  // A notice cannot be left before its end, however late it was posted.
  return state.notice ? std::max(by, state.notice->ends) : by;
}

std::optional<absl::Time> CaseFlow::DecideBy(const CaseState& state) const {
  if (!procedure_.decide_within || StepOf(state).end) return std::nullopt;
  return set_.calendar().EndOf(state.opened, *procedure_.decide_within);
}

std::vector<std::string> CaseFlow::StatusesOf(const CaseState& state, absl::Time now) const {
  for (const absl::CivilDay day : {DayOf(now), DayOf(state.opened)}) {
    std::vector<std::string> possible;
    for (const std::string& code : procedure_.granted_statuses) {
      const procedure::Status* status = set_.FindStatus(code);
      if (status != nullptr && day >= status->valid_from &&
          (!status->valid_to || day <= *status->valid_to)) {
        possible.push_back(code);
      }
    }
    if (!possible.empty()) return possible;
  }
  return {};
}

}  // namespace fupin::identification
