#include "services/identification/server/procedure_words.h"

#include <string>
#include <variant>

#include "absl/time/civil_time.h"

namespace fupin::identification {
namespace {

namespace proto = ::fupin::procedure::v1;

void ToProto(const procedure::Period& period, proto::Period* out) {
  out->set_days(period.days);
  out->set_kind(period.working ? proto::DAY_KIND_WORKING : proto::DAY_KIND_CALENDAR);
}

struct ConditionWords {
  proto::Condition* out;
  void operator()(const procedure::SurveyDone& condition) const {
    out->mutable_survey()->set_within_days(condition.within_days);
  }
  void operator()(const procedure::Comparison& condition) const {
    constexpr const char* kSeverities[] = {"", "info", "warning", "serious"};
    out->mutable_comparison()->set_no_open_severity(kSeverities[condition.no_open_severity]);
  }
  void operator()(const procedure::Meeting& condition) const {
    out->mutable_meeting()->set_quorum_permille(condition.quorum_permille);
    out->mutable_meeting()->set_approve_permille(condition.approve_permille);
    out->mutable_meeting()->set_photo(condition.photo);
  }
  void operator()(const procedure::Evidence& condition) const {
    out->mutable_evidence()->set_kind(condition.kind);
    out->mutable_evidence()->set_name_zh(condition.name.zh);
    out->mutable_evidence()->set_name_en(condition.name.en);
  }
  void operator()(const procedure::Revisit& condition) const {
    out->mutable_revisit()->set_permille(condition.permille);
  }
  void operator()(const procedure::StableIncome& condition) const {
    out->mutable_stable_income()->set_months(condition.months);
    out->mutable_stable_income()->set_index_centipoints(condition.index_centipoints);
  }
  void operator()(const procedure::FormComplete&) const { out->mutable_form(); }
};

// With conditions: they say which forms a step has. Who may act is told with the case.
void ToProto(const procedure::Procedure& procedure, const procedure::Step& step, proto::Step* out) {
  out->set_id(step.id);
  out->set_name_zh(step.name.zh);
  out->set_name_en(step.name.en);
  if (step.due) ToProto(*step.due, out->mutable_due());
  if (step.notice) {
    proto::NoticeRule* notice = out->mutable_notice();
    notice->set_type(step.notice->type);
    ToProto(step.notice->period, notice->mutable_period());
    notice->set_title_zh(step.notice->title_zh);
    notice->set_text_zh(step.notice->text_zh);
    notice->set_substantiated_to(procedure.steps[step.notice->substantiated_to].id);
  }
  if (step.end) {
    out->mutable_end()->set_outcome(static_cast<proto::Outcome>(*step.end));
    if (step.appeal_to) {
      out->mutable_end()->set_appeal_to(procedure.steps[*step.appeal_to].id);
      ToProto(step.appeal_within, out->mutable_end()->mutable_appeal_within());
    }
  }
  for (const procedure::Action& action : step.actions) {
    proto::Action* told = out->add_actions();
    told->set_id(action.id);
    told->set_name_zh(action.name.zh);
    told->set_name_en(action.name.en);
    told->set_to(procedure.steps[action.to].id);
    told->set_by_applicant(action.by_applicant);
    told->set_after_period(action.after_period);
    told->set_reason_required(action.reason_required);
    for (const std::string& other : action.other_than) told->add_other_than(other);
    for (const procedure::Condition& condition : action.conditions) {
      std::visit(ConditionWords{told->add_conditions()}, condition);
    }
  }
}

}  // namespace

absl::StatusOr<v1::ListProceduresResponse> ShowProcedures(const Procedures& procedures) {
  const auto set = procedures.current();
  v1::ListProceduresResponse response;
  for (const procedure::Procedure& procedure : set->procedures()) {
    proto::Procedure* out = response.add_procedures();
    out->set_id(procedure.id);
    out->set_version(procedure.version);
    out->set_name_zh(procedure.name.zh);
    out->set_name_en(procedure.name.en);
    out->set_purpose(static_cast<proto::Purpose>(procedure.purpose));
    out->set_valid_from(absl::FormatCivilTime(procedure.valid_from));
    if (procedure.valid_to) out->set_valid_to(absl::FormatCivilTime(*procedure.valid_to));
    for (const procedure::Basis& basis : procedure.basis) {
      proto::Basis* told = out->add_basis();
      told->set_text_zh(basis.text.zh);
      told->set_text_en(basis.text.en);
      told->set_certainty(static_cast<proto::Certainty>(basis.certainty));
    }
    for (const std::string& status : procedure.from_statuses) out->add_from_statuses(status);
    for (const std::string& status : procedure.granted_statuses) {
      out->add_granted_statuses(status);
    }
    if (procedure.decide_within) ToProto(*procedure.decide_within, out->mutable_decide_within());
    for (const procedure::Step& step : procedure.steps) {
      ToProto(procedure, step, out->add_steps());
    }
  }
  for (const procedure::Status& status : set->statuses()) {
    proto::Status* out = response.add_statuses();
    out->set_code(status.code);
    out->set_name_zh(status.name.zh);
    out->set_name_en(status.name.en);
    out->set_valid_from(absl::FormatCivilTime(status.valid_from));
    if (status.valid_to) out->set_valid_to(absl::FormatCivilTime(*status.valid_to));
    out->set_monitored(status.monitored);
    out->set_poor(status.poor);
    out->set_standing(static_cast<proto::Standing>(status.standing));
    out->set_certainty(static_cast<proto::Certainty>(status.certainty));
  }
  return response;
}

}  // namespace fupin::identification
