#include "services/identification/server/case_desk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

using procedure::Outcome;

constexpr char kNone[] = "none";

}  // namespace

CaseActor CaseDesk::ActorOf(const rpc::Caller& caller) const {
  CaseActor actor;
  actor.id = caller.principal.id;
  if (caller.principal.role == type::v1::ROLE_OFFICER) {
    const auto division = divisions_->Find(caller.principal.division);
    if (division) actor.level = division->level();
  }
  return actor;
}

std::string CaseDesk::LevelName(int level) const {
  const auto& levels = divisions_->levels();
  return level >= 0 && static_cast<size_t>(level) < levels.size()
             ? levels[static_cast<size_t>(level)]
             : "";
}

std::vector<std::string> CaseDesk::NamesOf(const std::string& code) const {
  std::vector<std::string> names;
  if (const auto division = divisions_->Find(code)) {
    for (const division::Division& each : division->Path()) names.emplace_back(each.name());
  }
  return names;
}

absl::StatusOr<std::string> CaseDesk::StatusOf(const std::string& household) const {
  ASSIGN_OR_RETURN(const auto registration, cases_.Registration(household));
  return registration && !registration->status().empty() ? registration->status() : kNone;
}

absl::StatusOr<std::string> CaseDesk::HouseholdOf(const std::string& subject,
                                                  const std::string& township) const {
  ASSIGN_OR_RETURN(const auto linked, households_.LinkedTo(subject));
  for (const std::string& household : linked) {
    if (TownshipOf(household) == township) return household;
  }
  return std::string();
}

absl::StatusOr<CaseAtHand> CaseDesk::Take(const std::string& id, bool judge) const {
  CaseAtHand at;
  ASSIGN_OR_RETURN(at.open, cases_.Get(id));
  at.procedures = procedures_.current();
  ASSIGN_OR_RETURN(at.procedure, ProcedureOf(*at.procedures, at.open.stored));
  ASSIGN_OR_RETURN(at.state, ToState(*at.procedure, at.open.stored));
  // A survey of the applicant makes the household known.
  if (at.open.stored.household().empty() && !at.open.stored.subject().empty()) {
    ASSIGN_OR_RETURN(*at.open.stored.mutable_household(),
                     HouseholdOf(at.open.stored.subject(), TownshipOf(id)));
  }
  ASSIGN_OR_RETURN(at.known, facts_.Read(at.open.stored, *at.procedure, judge));
  return at;
}

absl::StatusOr<CaseAtHand> CaseDesk::Take(const rpc::Caller& caller, const std::string& id,
                                          bool judge) const {
  ASSIGN_OR_RETURN(CaseAtHand at, Take(id, judge));
  if (!scope_.Reaches(caller, at.open.stored.division())) return Refuse("CASE_NOT_FOUND", "name");
  return at;
}

int CaseDesk::Lot(const CaseAtHand& at) const {
  const std::string drawn =
      subjects_.Content(absl::StrCat("lot/", at.open.id, "/", at.open.stored.event_count()));
  return (static_cast<unsigned char>(drawn[0]) * 256 + static_cast<unsigned char>(drawn[1])) % 1000;
}

absl::StatusOr<CaseChange> CaseDesk::Change(const CaseAtHand& at, const CaseState& next,
                                            const CaseActor& actor, const CaseMove& move) const {
  CaseChange change;
  // As it is in the store: a household found only now is part of the change.
  change.before.id = at.open.id;
  change.before.row = at.open.row;
  change.before.stored = at.open.stored;
  if (!at.open.row.empty()) {
    ASSIGN_OR_RETURN(const OpenCase stored, cases_.Get(at.open.id));
    if (stored.row != at.open.row) return Refuse("CASE_MOVED", "etag");
    change.before = stored;
  }
  const CaseFlow flow = at.flow();
  change.after = at.open.stored;
  FromState(flow, next, &change.after);
  if (at.known.person_count > 0) {
    change.after.set_person_count(at.known.person_count);
    change.after.set_head_masked(at.known.head_masked);
    change.after.set_division(at.known.division);
  }
  NewCaseEvent event;
  event.stored.set_time_ms(absl::ToUnixMillis(Now()));
  event.stored.set_kind(move.kind);
  event.stored.set_action(move.action);
  event.stored.set_from_step(at.open.row.empty() ? "" : flow.StepOf(at.state).id);
  event.stored.set_to_step(flow.StepOf(next).id);
  event.stored.set_actor(actor.applicant ? "applicant" : actor.id);
  event.stored.set_actor_level(LevelName(actor.level));
  event.stored.set_evidence(move.evidence);
  event.reason = move.reason;
  change.events.push_back(std::move(event));

  const bool moved = at.open.row.empty() || next.step != at.state.step;
  if (!moved) return change;
  v1::CaseMoved out;
  out.set_case_(CaseName(at.open.id));
  if (!change.after.household().empty()) {
    out.set_household(HouseholdName(change.after.household()));
  }
  out.set_division(change.after.division());
  out.set_procedure(next.procedure);
  out.set_procedure_version(next.version);
  out.set_purpose(static_cast<fupin::procedure::v1::Purpose>(at.procedure->purpose));
  out.set_from_step(at.open.row.empty() ? "" : flow.StepOf(at.state).id);
  out.set_to_step(flow.StepOf(next).id);
  out.set_action(move.action);
  out.set_person_count(change.after.person_count());
  *out.mutable_time() = ToTimestamp(Now());
  const auto& end = flow.StepOf(next).end;
  if (end) out.set_outcome(static_cast<fupin::procedure::v1::Outcome>(*end));
  if (end == Outcome::kGranted && !change.after.household().empty()) {
    // Nobody lives in it any more: what was asked for is asked of the household it went on in.
    if (at.known.person_count == 0) return Refuse("HOUSEHOLD_CLOSED", "household");
    ASSIGN_OR_RETURN(auto registration, cases_.Registration(change.after.household()));
    out.set_status_before(registration ? registration->status() : "");
    store::StoredRegistration row = registration.value_or(store::StoredRegistration());
    if (row.card_number().empty()) row.set_card_number(at.open.id);
    row.set_status(next.status);
    row.set_division(change.after.division());
    if (at.procedure->purpose == procedure::Purpose::kRegister ||
        at.procedure->purpose == procedure::Purpose::kReturn) {
      row.set_main_cause(change.after.main_cause());
      row.mutable_other_causes()->CopyFrom(change.after.other_causes());
      if (at.known.score) {
        row.set_class_at_registration(at.known.score->score().poverty_class());
        row.set_index_at_registration(at.known.score->score().index_centipoints());
        row.set_catalog(at.known.score->score().catalog());
        row.set_catalog_version(at.known.score->score().catalog_version());
      }
    }
    store::StoredStatusChange* status = row.add_changes();
    status->set_status(next.status);
    status->set_time_ms(absl::ToUnixMillis(Now()));
    status->set_case_(at.open.id);
    status->set_procedure(next.procedure);
    out.set_status(next.status);
    if (const procedure::Status* given = at.procedures->FindStatus(next.status)) {
      out.set_standing(static_cast<fupin::procedure::v1::Standing>(given->standing));
    }
    out.set_status_version(row.changes_size());
    if (!row.main_cause().empty()) out.add_causes(row.main_cause());
    for (const std::string& cause : row.other_causes()) out.add_causes(cause);
    change.registration = std::move(row);
  }
  change.moved = std::move(out);
  return change;
}

absl::Status CaseDesk::Commit(const CaseAtHand& at, CaseChange change) {
  return cases_.Commit(TownshipOf(at.open.id), {std::move(change)})[0];
}

absl::StatusOr<v1::Case> CaseDesk::Show(const rpc::Caller& caller, const std::string& id) const {
  ASSIGN_OR_RETURN(const CaseAtHand at, Take(caller, id, /*judge=*/true));
  const store::StoredCase& stored = at.open.stored;
  const CaseFlow flow = at.flow();
  const procedure::Step& step = flow.StepOf(at.state);
  v1::Case out;
  out.set_name(CaseName(id));
  if (!stored.household().empty()) out.set_household(HouseholdName(stored.household()));
  out.set_division(stored.division());
  for (std::string& name : NamesOf(stored.division())) out.add_division_names(std::move(name));
  out.set_head_name_masked(at.known.head_masked.empty() ? stored.head_masked()
                                                        : at.known.head_masked);
  out.set_channel(static_cast<v1::Channel>(stored.channel()));
  ASSIGN_OR_RETURN(const std::string applicant_text,
                   cases_.Unseal(kCases, id, "applicant", stored.sealed_applicant()));
  store::Applicant applicant;
  applicant.ParseFromString(applicant_text);
  out.set_reason(applicant.reason());
  out.set_procedure(stored.procedure());
  out.set_procedure_version(stored.procedure_version());
  out.set_procedure_zh(at.procedure->name.zh);
  out.set_procedure_en(at.procedure->name.en);
  out.set_step(step.id);
  out.set_step_zh(step.name.zh);
  out.set_step_en(step.name.en);
  *out.mutable_open_time() = ToTimestampMs(stored.open_ms());
  *out.mutable_enter_time() = ToTimestampMs(stored.enter_ms());
  if (stored.due_ms() > 0) *out.mutable_due_time() = ToTimestampMs(stored.due_ms());
  if (const auto by = flow.DecideBy(at.state)) *out.mutable_decide_by_time() = ToTimestamp(*by);
  const absl::Time now = Now();
  for (const CaseFlow::Option& option :
       flow.Options(at.state, at.known.facts, ActorOf(caller), now)) {
    v1::CaseOption* shown = out.add_options();
    shown->set_action(option.action->id);
    shown->set_name_zh(option.action->name.zh);
    shown->set_name_en(option.action->name.en);
    shown->set_allowed(option.status.ok());
    rpc::AddProblems(ProblemsOf(option.status), shown->mutable_refusals());
    shown->set_reason_required(option.action->reason_required);
    const procedure::Step& to = at.procedure->steps[option.action->to];
    shown->set_to(to.id);
    shown->set_grants(to.end == Outcome::kGranted);
    if (to.end == Outcome::kGranted) {
      for (std::string& status : flow.StatusesOf(at.state, now)) {
        shown->add_statuses(std::move(status));
      }
    }
  }
  out.set_needs_posting(step.notice.has_value() && !at.state.notice);
  if (at.state.notice) {
    out.mutable_notice()->set_notice(absl::StrCat("notices/", stored.notice()));
    *out.mutable_notice()->mutable_post_time() = ToTimestampMs(stored.post_ms());
    *out.mutable_notice()->mutable_end_time() = ToTimestampMs(stored.notice_end_ms());
  }
  out.set_revisit_drawn(stored.drawn());
  out.set_revisit_done(!stored.revisitor().empty());
  if (stored.has_meeting()) {
    v1::CaseMeeting* meeting = out.mutable_meeting();
    meeting->set_entitled_count(stored.meeting().entitled());
    meeting->set_present_count(stored.meeting().present());
    meeting->set_in_favour_count(stored.meeting().in_favour());
    meeting->set_against_count(stored.meeting().against());
    meeting->set_photo(stored.meeting().photo());
    meeting->set_recorder(stored.meeting().recorder());
  }
  for (const auto& item : stored.evidence()) out.add_evidence_kinds(item.kind());
  out.set_open_objection_count(stored.open_objections());
  out.set_outcome(static_cast<fupin::procedure::v1::Outcome>(stored.outcome()));
  out.set_status(stored.status());
  out.mutable_form()->set_main_cause(stored.main_cause());
  out.mutable_form()->mutable_other_causes()->CopyFrom(stored.other_causes());
  ASSIGN_OR_RETURN(const std::string remarks,
                   cases_.Unseal(kCases, id, "remarks", stored.sealed_remarks()));
  out.mutable_form()->set_remarks(remarks);
  if (!stored.suggestion().empty()) {
    out.set_suggestion(absl::StrCat("suggestions/", stored.suggestion()));
  }
  out.set_etag(absl::StrCat(stored.event_count()));
  if (at.known.score) {
    out.set_index_centipoints(at.known.score->score().index_centipoints());
    out.set_poverty_class(at.known.score->score().poverty_class());
  }
  int open_findings = 0;
  for (const int count : at.known.facts.open_findings) open_findings += count;
  out.set_open_finding_count(open_findings);
  return out;
}

absl::StatusOr<v1::CaseRow> CaseDesk::Row(const OpenCase& open,
                                          const procedure::ProcedureSet& set) const {
  const store::StoredCase& stored = open.stored;
  v1::CaseRow row;
  row.set_name(CaseName(open.id));
  if (!stored.household().empty()) row.set_household(HouseholdName(stored.household()));
  row.set_division(stored.division());
  for (std::string& name : NamesOf(stored.division())) row.add_division_names(std::move(name));
  row.set_head_name_masked(stored.head_masked());
  row.set_procedure(stored.procedure());
  row.set_step(stored.step());
  bool notice_step = false;
  if (const auto* procedure = set.Find(stored.procedure(), stored.procedure_version())) {
    row.set_procedure_zh(procedure->name.zh);
    row.set_procedure_en(procedure->name.en);
    if (const auto step = procedure->FindStep(stored.step())) {
      row.set_step_zh(procedure->steps[*step].name.zh);
      row.set_step_en(procedure->steps[*step].name.en);
      notice_step = procedure->steps[*step].notice.has_value();
    }
  }
  *row.mutable_open_time() = ToTimestampMs(stored.open_ms());
  if (stored.due_ms() > 0 && stored.outcome() == 0) {
    *row.mutable_due_time() = ToTimestampMs(stored.due_ms());
    row.set_overdue(absl::FromUnixMillis(stored.due_ms()) <= Now());
  }
  row.set_needs_posting(notice_step && stored.post_ms() == 0);
  if (stored.post_ms() > 0) *row.mutable_notice_end_time() = ToTimestampMs(stored.notice_end_ms());
  row.set_open_objection_count(stored.open_objections());
  row.set_revisit_drawn(stored.drawn() && stored.revisitor().empty());
  return row;
}

absl::Status CaseDesk::AddScore(const std::string& household, v1::CaseRow* row) const {
  if (household.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto score, scores_.Find(household));
  if (!score) return absl::OkStatus();
  row->set_index_centipoints(score->score().index_centipoints());
  row->set_poverty_class(score->score().poverty_class());
  row->set_open_finding_count(score->open_finding_count());
  return absl::OkStatus();
}

}  // namespace fupin::identification
