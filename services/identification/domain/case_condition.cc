#include "services/identification/domain/case_condition.h"

#include <algorithm>
#include <cstdint>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/identification/domain/shanghai_day.h"
#include "services/identification/domain/stable_income.h"

namespace fupin::identification {
namespace {

const char* SeverityZh(int severity) {
  return severity == 1 ? "提示" : severity == 2 ? "关注" : "严重";
}
const char* SeverityEn(int severity) {
  return severity == 1 ? "info" : severity == 2 ? "warning" : "serious";
}

std::optional<Lack> OfSurvey(const procedure::SurveyDone& survey, const CaseFacts& facts,
                             absl::Time now) {
  if (!facts.survey_time) {
    return Lack{"SURVEY_MISSING", "尚未入户调查,请先完成并提交调查表",
                "the household has not been surveyed; submit a survey first"};
  }
  if (DayOf(*facts.survey_time) + survey.within_days < DayOf(now)) {
    return Lack{"SURVEY_OLD",
                absl::StrCat("最近一次调查(", absl::FormatCivilTime(DayOf(*facts.survey_time)),
                             ")超过 ", survey.within_days, " 天,请重新调查"),
                absl::StrCat("the last survey (", absl::FormatCivilTime(DayOf(*facts.survey_time)),
                             ") is older than ", survey.within_days, " days; survey again")};
  }
  return std::nullopt;
}

std::optional<Lack> OfComparison(const procedure::Comparison& comparison, const CaseFacts& facts) {
  if (!facts.compare_time || !facts.survey_time || *facts.compare_time < *facts.survey_time) {
    return Lack{"COMPARISON_MISSING", "调查后尚未与部门数据比对,系统会自动比对,请稍后再试",
                "the survey has not been compared with the departments' records yet; this "
                "happens by itself, try again"};
  }
  int open = 0;
  for (int severity = comparison.no_open_severity; severity <= 3; ++severity) {
    open += facts.open_findings[severity];
  }
  if (open > 0) {
    return Lack{
        "FINDINGS_OPEN",
        absl::StrCat("还有 ", open, " 条“", SeverityZh(comparison.no_open_severity),
                     "”及以上疑点待核,请先处理"),
        absl::StrCat(open, " findings of severity ", SeverityEn(comparison.no_open_severity),
                     " or above are open; settle them first")};
  }
  return std::nullopt;
}

std::optional<Lack> OfMeeting(const procedure::Meeting& meeting, const CaseState& state) {
  if (!state.meeting) {
    return Lack{"MEETING_MISSING", "尚未登记民主评议会,请登记到会和表决人数",
                "no appraisal meeting is recorded; record attendance and votes"};
  }
  const MeetingRecord& held = *state.meeting;
  if (int64_t{held.present} * 1000 < int64_t{held.entitled} * meeting.quorum_permille) {
    const int64_t needed = (int64_t{held.entitled} * meeting.quorum_permille + 999) / 1000;
    return Lack{"QUORUM_MISSED",
                absl::StrCat("到会 ", held.present, " 人,应到 ", held.entitled, " 人中至少须到 ",
                             needed, " 人,请重新召开"),
                absl::StrCat(held.present, " of ", held.entitled, " came, ", needed,
                             " are needed; meet again")};
  }
  if (int64_t{held.in_favour} * 1000 < int64_t{held.present} * meeting.approve_permille) {
    const int64_t needed = (int64_t{held.present} * meeting.approve_permille + 999) / 1000;
    return Lack{"VOTES_MISSED",
                absl::StrCat("同意 ", held.in_favour, " 人,到会 ", held.present, " 人中至少须有 ",
                             needed, " 人同意"),
                absl::StrCat(held.in_favour, " of ", held.present, " were in favour, ", needed,
                             " are needed")};
  }
  if (meeting.photo && !held.photo) {
    return Lack{"PHOTO_MISSING", "缺少会议照片,请上传", "a photo of the meeting is missing"};
  }
  return std::nullopt;
}

std::optional<Lack> OfEvidence(const procedure::Evidence& evidence, const CaseState& state) {
  const bool there =
      std::any_of(state.evidence.begin(), state.evidence.end(),
                  [&](const EvidenceItem& item) { return item.kind == evidence.kind; });
  if (there) return std::nullopt;
  return Lack{"EVIDENCE_MISSING", absl::StrCat("缺少材料:", evidence.name.zh, ",请上传"),
              absl::StrCat("missing: ", evidence.name.en, "; attach it")};
}

std::optional<Lack> OfRevisit(const CaseState& state) {
  if (!state.drawn || !state.revisitor.empty()) return std::nullopt;
  return Lack{"REVISIT_MISSING", "该户被抽中复查,请由非原调查人员再次入户并登记",
              "this household was drawn for another visit; somebody other than who surveyed "
              "must go there and record it"};
}

std::optional<Lack> OfStableIncome(const procedure::StableIncome& stable, const CaseFacts& facts,
                                   absl::Time now) {
  switch (StabilityOf(facts.scores, stable, now)) {
    case Stability::kStable:
      return std::nullopt;
    case Stability::kLow:
      return Lack{"INCOME_NOT_STABLE",
                  absl::StrCat("最近 ", stable.months, " 个月内有低于 ",
                               stable.index_centipoints / 100, " 分或无法评分的指数,尚不稳定"),
                  absl::StrCat("within the last ", stable.months, " months the index was below ",
                               stable.index_centipoints / 100, " or unknown: not stable yet")};
    case Stability::kShort: {
      const std::string from = absl::FormatCivilTime(MonthsBack(DayOf(now), stable.months));
      return Lack{
          "INCOME_NOT_STABLE",
          absl::StrCat("评分记录不足 ", stable.months, " 个月,请在 ", from, " 之前有评分后再办"),
          absl::StrCat("scores do not reach back ", stable.months, " months, to ", from)};
    }
  }
  return std::nullopt;
}

std::optional<Lack> OfForm(const CaseFacts& facts) {
  if (facts.form_gaps.empty()) return std::nullopt;
  const auto join = [&](std::string procedure::Text::*language, const char* separator) {
    return absl::StrJoin(
        facts.form_gaps, separator,
        [&](std::string* out, const procedure::Text& gap) { *out += gap.*language; });
  };
  return Lack{"FORM_INCOMPLETE", absl::StrCat("登记表还缺:", join(&procedure::Text::zh, "、")),
              absl::StrCat("the registration form lacks: ", join(&procedure::Text::en, ", "))};
}

}  // namespace

std::optional<Lack> LackOf(const procedure::Condition& condition, const CaseState& state,
                           const CaseFacts& facts, absl::Time now) {
  if (const auto* survey = std::get_if<procedure::SurveyDone>(&condition)) {
    return OfSurvey(*survey, facts, now);
  }
  if (const auto* comparison = std::get_if<procedure::Comparison>(&condition)) {
    return OfComparison(*comparison, facts);
  }
  if (const auto* meeting = std::get_if<procedure::Meeting>(&condition)) {
    return OfMeeting(*meeting, state);
  }
  if (const auto* evidence = std::get_if<procedure::Evidence>(&condition)) {
    return OfEvidence(*evidence, state);
  }
  if (std::holds_alternative<procedure::Revisit>(condition)) return OfRevisit(state);
  if (const auto* stable = std::get_if<procedure::StableIncome>(&condition)) {
    return OfStableIncome(*stable, facts, now);
  }
  if (std::holds_alternative<procedure::FormComplete>(condition)) return OfForm(facts);
  return std::nullopt;
}

}  // namespace fupin::identification
