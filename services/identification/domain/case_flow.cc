#include "services/identification/domain/case_flow.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/stable_income.h"

namespace fupin::identification {
namespace {

using absl::StatusCode;
using procedure::Action;
using procedure::Outcome;
using procedure::Step;

constexpr StatusCode kPrecondition = StatusCode::kFailedPrecondition;

absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }

absl::CivilDay DayOf(absl::Time time) { return absl::ToCivilDay(time, Shanghai()); }

// "2026-12-01 24:00" for the end of a day.
std::string EndText(absl::Time ends) {
  return absl::StrCat(absl::FormatCivilTime(DayOf(ends) - 1), " 24:00");
}

const char* SeverityZh(int severity) {
  return severity == 1 ? "提示" : severity == 2 ? "关注" : "严重";
}
const char* SeverityEn(int severity) {
  return severity == 1 ? "info" : severity == 2 ? "warning" : "serious";
}

// Names of levels as people say them; others by their own name.
struct LevelName {
  int level;
  const char* zh;
  const char* en;
};
constexpr LevelName kLevels[] = {{0, "省级", "province"}, {1, "市级", "prefecture"},
                                 {2, "县级", "county"},   {3, "乡镇", "township"},
                                 {4, "村级", "village"},  {5, "村组", "natural village"}};

}  // namespace

std::string CaseFlow::LevelNames(const std::vector<int>& levels, bool zh) const {
  std::vector<std::string> names;
  for (const int level : levels) {
    for (const LevelName& name : kLevels) {
      if (name.level == level) names.push_back(zh ? name.zh : name.en);
    }
  }
  return absl::StrJoin(names, zh ? "、" : ", ");
}

absl::Status CaseFlow::Forbid(StatusCode code, const char* reason, const CaseState& state,
                              const Action* action, const std::string& zh,
                              const std::string& en) const {
  const Step& step = StepOf(state);
  return ProblemStatus(
      code,
      {reason, action == nullptr ? step.id : absl::StrCat(step.id, ".", action->id),
       absl::StrCat("《", procedure_.name.zh, "》“", step.name.zh, "”",
                    action == nullptr ? "" : absl::StrCat("的“", action->name.zh, "”"), ":", zh),
       absl::StrCat(procedure_.name.en, ", ", step.name.en,
                    action == nullptr ? "" : absl::StrCat(", ", action->name.en), ": ", en)});
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

absl::Status CaseFlow::NeedPosted(const CaseState& state) const {
  if (!StepOf(state).notice) {
    return Forbid(kPrecondition, "NOTICE_NONE", state, nullptr, "本步骤没有公示",
                  "this step has no notice");
  }
  if (!state.notice) {
    return Forbid(kPrecondition, "NOTICE_NOT_POSTED", state, nullptr,
                  "公示尚未张贴,请先张贴并登记照片和地点",
                  "the notice does not hang yet; post it, "
                  "with photo and place, first");
  }
  return absl::OkStatus();
}

absl::Status CaseFlow::CheckNotice(const CaseState& state, const Action* action,
                                   absl::Time now) const {
  RETURN_IF_ERROR(NeedPosted(state));
  if (now < state.notice->ends) {
    return Forbid(kPrecondition, "NOTICE_RUNNING", state, action,
                  absl::StrCat("公示期到 ", EndText(state.notice->ends), " 为止,不能提前结束"),
                  absl::StrCat("the notice stays until ", EndText(state.notice->ends),
                               " and cannot end earlier"));
  }
  if (state.open_objections > 0) {
    return Forbid(
        kPrecondition, "OBJECTION_OPEN", state, action,
        absl::StrCat("还有 ", state.open_objections, " 条异议没有答复,请先核实并登记答复"),
        absl::StrCat(state.open_objections,
                     " objections are not answered; look into them and record the "
                     "answers first"));
  }
  return absl::OkStatus();
}

absl::Status CaseFlow::CheckCondition(const CaseState& state, const CaseFacts& facts,
                                      const Action& action, const procedure::Condition& condition,
                                      absl::Time now) const {
  const auto forbid = [&](const char* reason, const std::string& zh, const std::string& en) {
    return Forbid(kPrecondition, reason, state, &action, zh, en);
  };
  if (const auto* survey = std::get_if<procedure::SurveyDone>(&condition)) {
    if (!facts.survey_time) {
      return forbid("SURVEY_MISSING", "尚未入户调查,请先完成并提交调查表",
                    "the household has not been surveyed; submit a survey first");
    }
    if (DayOf(*facts.survey_time) + survey->within_days < DayOf(now)) {
      return forbid(
          "SURVEY_OLD",
          absl::StrCat("最近一次调查(", absl::FormatCivilTime(DayOf(*facts.survey_time)), ")超过 ",
                       survey->within_days, " 天,请重新调查"),
          absl::StrCat("the last survey (", absl::FormatCivilTime(DayOf(*facts.survey_time)),
                       ") is older than ", survey->within_days, " days; survey again"));
    }
  } else if (const auto* comparison = std::get_if<procedure::Comparison>(&condition)) {
    if (!facts.compare_time || !facts.survey_time || *facts.compare_time < *facts.survey_time) {
      return forbid("COMPARISON_MISSING", "调查后尚未与部门数据比对,系统会自动比对,请稍后再试",
                    "the survey has not been compared with the departments' records yet; this "
                    "happens by itself, try again");
    }
    int open = 0;
    for (int severity = comparison->no_open_severity; severity <= 3; ++severity) {
      open += facts.open_findings[severity];
    }
    if (open > 0) {
      return forbid(
          "FINDINGS_OPEN",
          absl::StrCat("还有 ", open, " 条“", SeverityZh(comparison->no_open_severity),
                       "”及以上线索待核,请先处理"),
          absl::StrCat(open, " findings of severity ", SeverityEn(comparison->no_open_severity),
                       " or above are open; settle them first"));
    }
  } else if (const auto* meeting = std::get_if<procedure::Meeting>(&condition)) {
    if (!state.meeting) {
      return forbid("MEETING_MISSING", "尚未登记民主评议会,请登记到会和表决人数",
                    "no appraisal meeting is recorded; record attendance and votes");
    }
    const MeetingRecord& held = *state.meeting;
    if (int64_t{held.present} * 1000 < int64_t{held.entitled} * meeting->quorum_permille) {
      const int64_t needed = (int64_t{held.entitled} * meeting->quorum_permille + 999) / 1000;
      return forbid("QUORUM_MISSED",
                    absl::StrCat("到会 ", held.present, " 人,应到 ", held.entitled,
                                 " 人中至少须到 ", needed, " 人,请重新召开"),
                    absl::StrCat(held.present, " of ", held.entitled, " came, ", needed,
                                 " are needed; meet again"));
    }
    if (int64_t{held.in_favour} * 1000 < int64_t{held.present} * meeting->approve_permille) {
      const int64_t needed = (int64_t{held.present} * meeting->approve_permille + 999) / 1000;
      return forbid("VOTES_MISSED",
                    absl::StrCat("同意 ", held.in_favour, " 人,到会 ", held.present,
                                 " 人中至少须有 ", needed, " 人同意"),
                    absl::StrCat(held.in_favour, " of ", held.present, " were in favour, ", needed,
                                 " are needed"));
    }
    if (meeting->photo && !held.photo) {
      return forbid("PHOTO_MISSING", "缺少会议照片,请上传", "a photo of the meeting is missing");
    }
  } else if (const auto* evidence = std::get_if<procedure::Evidence>(&condition)) {
    const bool there =
        std::any_of(state.evidence.begin(), state.evidence.end(),
                    [&](const EvidenceItem& item) { return item.kind == evidence->kind; });
    if (!there) {
      return forbid("EVIDENCE_MISSING", absl::StrCat("缺少材料:", evidence->name.zh, ",请上传"),
                    absl::StrCat("missing: ", evidence->name.en, "; attach it"));
    }
  } else if (std::holds_alternative<procedure::Revisit>(condition)) {
    if (state.drawn && state.revisitor.empty()) {
      return forbid("REVISIT_MISSING", "该户被抽中复查,请由非原调查人员再次入户并登记",
                    "this household was drawn for another visit; somebody other than who surveyed "
                    "must go there and record it");
    }
  } else if (const auto* stable = std::get_if<procedure::StableIncome>(&condition)) {
    const Stability stability = StabilityOf(facts.scores, *stable, now);
    if (stability == Stability::kLow) {
      return forbid("INCOME_NOT_STABLE",
                    absl::StrCat("最近 ", stable->months, " 个月内有低于 ",
                                 stable->index_centipoints / 100, " 分或无法评分的指数,尚不稳定"),
                    absl::StrCat("within the last ", stable->months, " months the index was below ",
                                 stable->index_centipoints / 100, " or unknown: not stable yet"));
    }
    if (stability == Stability::kShort) {
      const absl::CivilDay from = MonthsBack(DayOf(now), stable->months);
      return forbid("INCOME_NOT_STABLE",
                    absl::StrCat("评分记录不足 ", stable->months, " 个月,请在 ",
                                 absl::FormatCivilTime(from), " 之前有评分后再办"),
                    absl::StrCat("scores do not reach back ", stable->months, " months, to ",
                                 absl::FormatCivilTime(from)));
    }
  } else if (std::holds_alternative<procedure::FormComplete>(condition)) {
    if (!facts.form_gaps.empty()) {
      return forbid(
          "FORM_INCOMPLETE", absl::StrCat("登记表还缺:", absl::StrJoin(facts.form_gaps, "、")),
          absl::StrCat("the registration form lacks: ", absl::StrJoin(facts.form_gaps, ", ")));
    }
  }
  return absl::OkStatus();
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
  for (const std::string& other : action.other_than) {
    const auto last = state.last_actor.find(other);
    if (last == state.last_actor.end() || last->second != actor.id) continue;
    const Action* done = nullptr;
    for (const Step& step : procedure_.steps) {
      if (done == nullptr) done = step.FindAction(other);
    }
    return Forbid(
        kPrecondition, "CASE_SAME_PERSON", state, &action,
        absl::StrCat("您已办理本案的“", done->name.zh, "”,须由另一人办理此项"),
        absl::StrCat("you did \"", done->name.en, "\" of this case; somebody else must do this"));
  }
  if (action.after_period) RETURN_IF_ERROR(CheckNotice(state, &action, now));
  for (const procedure::Condition& condition : action.conditions) {
    RETURN_IF_ERROR(CheckCondition(state, facts, action, condition, now));
  }
  return absl::OkStatus();
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

absl::StatusOr<CaseState> CaseFlow::Post(const CaseState& state, const CaseActor& actor,
                                         absl::Time now) const {
  if (!StepOf(state).notice) {
    return Forbid(kPrecondition, "NOTICE_NONE", state, nullptr, "本步骤没有公示",
                  "this step has no notice");
  }
  RETURN_IF_ERROR(NeedLevel(state, actor));
  if (state.notice) {
    return Forbid(kPrecondition, "NOTICE_POSTED", state, nullptr, "公示已张贴,期限不能改动",
                  "the notice hangs already; its period cannot be changed");
  }
  CaseState next = state;
  next.notice = PostedNotice{now, set_.calendar().EndOf(now, StepOf(state).notice->period)};
  return next;
}

absl::StatusOr<CaseState> CaseFlow::TakeDown(const CaseState& state, const CaseActor& actor,
                                             const std::string& reason) const {
  RETURN_IF_ERROR(NeedPosted(state));
  RETURN_IF_ERROR(NeedLevel(state, actor));
  if (reason.empty()) {
    return Forbid(StatusCode::kInvalidArgument, "CASE_REASON_MISSING", state, nullptr,
                  "撤下公示须填写理由", "taking a notice down needs a reason");
  }
  CaseState next = state;
  next.notice.reset();
  return next;
}

absl::StatusOr<CaseState> CaseFlow::Object(const CaseState& state, absl::Time now) const {
  RETURN_IF_ERROR(NeedPosted(state));
  if (now >= state.notice->ends) {
    return Forbid(kPrecondition, "NOTICE_OVER", state, nullptr,
                  absl::StrCat("公示期已于 ", EndText(state.notice->ends),
                               " 结束,请向乡镇或县级主管部门反映"),
                  absl::StrCat("the notice ended at ", EndText(state.notice->ends),
                               "; turn to the township or the county"));
  }
  CaseState next = state;
  ++next.open_objections;
  return next;
}

absl::StatusOr<CaseState> CaseFlow::Settle(const CaseState& state, const CaseActor& actor,
                                           bool substantiated, int lot, absl::Time now) const {
  if (state.open_objections == 0) {
    return Forbid(kPrecondition, "OBJECTION_NONE", state, nullptr, "没有待处理的异议",
                  "no objection is open");
  }
  RETURN_IF_ERROR(NeedLevel(state, actor));
  CaseState next = state;
  --next.open_objections;
  if (!substantiated) return next;
  return Enter(std::move(next), StepOf(state).notice->substantiated_to, lot, now);
}

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
