// Notices (公示) of a case and the objections (异议) against them.
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/identification/domain/case_flow.h"
#include "services/identification/domain/shanghai_day.h"

namespace fupin::identification {
namespace {

using absl::StatusCode;
using procedure::Action;

constexpr StatusCode kPrecondition = StatusCode::kFailedPrecondition;

}  // namespace

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

void CaseFlow::AddLacksOfNotice(const CaseState& state, const Action& action, absl::Time now,
                                std::vector<Problem>* lacks) const {
  if (const absl::Status posted = NeedPosted(state); !posted.ok()) {
    for (Problem& problem : ProblemsOf(posted)) lacks->push_back(std::move(problem));
    return;
  }
  if (now < state.notice->ends) {
    lacks->push_back(
        Obstacle("NOTICE_RUNNING", state, &action,
                 absl::StrCat("公示期到 ", EndText(state.notice->ends), " 为止,不能提前结束"),
                 absl::StrCat("the notice stays until ", EndText(state.notice->ends),
                              " and cannot end earlier")));
  }
  if (state.open_objections > 0) {
    lacks->push_back(Obstacle(
        "OBJECTION_OPEN", state, &action,
        absl::StrCat("还有 ", state.open_objections, " 条异议没有答复,请先核实并登记答复"),
        absl::StrCat(state.open_objections,
                     " objections are not answered; look into them and record the answers first")));
  }
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

}  // namespace fupin::identification
