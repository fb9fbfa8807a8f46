#include "services/identification/server/applications.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/text.h"
#include "libs/kv/table.h"
#include "libs/mask/mask.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxReasonBytes = 2000;
constexpr int kTries = 3;  // of two applications of one person at the same moment

void Take(const absl::Status& status, const char* field, std::vector<Problem>* problems) {
  for (Problem problem : ProblemsOf(status)) {
    problem.field = field;
    problems->push_back(std::move(problem));
  }
}

const procedure::Action* ApplicantsAction(const procedure::Step& step) {
  for (const procedure::Action& action : step.actions) {
    if (action.by_applicant) return &action;
  }
  return nullptr;
}

}  // namespace

absl::Status Applications::Store(CaseAtHand at, const CaseActor& actor, const std::string& reason,
                                 const std::string& request_id, const std::string& content,
                                 const Origin& origin) {
  const std::string subject = at.open.stored.subject();
  for (int attempt = 0; attempt < kTries; ++attempt) {
    ASSIGN_OR_RETURN(const std::string linked, desk_.cases().CaseOf(subject));
    if (!linked.empty()) {
      const auto known = desk_.cases().Get(linked);
      if (known.ok() && known->stored.outcome() == 0) {
        return Refuse("APPLICATION_OPEN", "",
                      absl::FormatTime("%Y-%m-%d", absl::FromUnixMillis(known->stored.open_ms()),
                                       absl::FixedTimeZone(8 * 60 * 60)));
      }
    }
    // A crash after this leaves a link to a case that never was; the next application takes it
    // over.
    const absl::Status status = desk_.cases().Link(subject, linked, at.open.id);
    if (ReasonOf(status) == "CASE_MOVED") continue;
    RETURN_IF_ERROR(status);
    ASSIGN_OR_RETURN(CaseChange change,
                     desk_.Change(at, at.state, actor, {.kind = "OPENED", .reason = reason}));
    store::StoredCaseRequest request;
    request.set_content_hash(content);
    request.set_case_(at.open.id);
    change.more.push_back({kCaseRequests, request_id, kv::Encode(request)});
    if (origin.with) origin.with(at.open.id, &change);
    return desk_.Commit(at, std::move(change));
  }
  return Refuse("CASE_MOVED", "");
}

absl::StatusOr<v1::ApplyResponse> Applications::Apply(const v1::ApplyRequest& request,
                                                      const rpc::Caller& caller) {
  std::vector<Problem> problems;
  const absl::Time now = desk_.Now();
  const bool officer = caller.principal.role == type::v1::ROLE_OFFICER;
  if (!rpc::IsRequestId(request.request_id())) {
    problems.push_back(Because("REQUEST_ID_INVALID", "request_id"));
  }
  const auto place = desk_.divisions().Find(request.division());
  if (!place) return Refuse("DIVISION_UNKNOWN", "division");
  const auto township = place->AncestorAt(partition_level_);
  if (!township || place->level() <= partition_level_) {
    problems.push_back(Because("DIVISION_TOO_HIGH", "division"));
  }
  auto name = codes::NormaliseName(request.name());
  if (!name.ok()) problems.push_back(Because("APPLICANT_NAME", "name"));
  const auto number = codes::CitizenNumber::Parse(
      request.citizen_number(), absl::ToCivilDay(now, absl::FixedTimeZone(8 * 60 * 60)));
  Take(number.status(), "citizen_number", &problems);
  if (!codes::IsPhone(request.phone())) problems.push_back(Because("APPLICANT_PHONE", "phone"));
  if (request.reason().empty() || request.reason().size() > kMaxReasonBytes ||
      !codes::CheckText(request.reason()).ok()) {
    problems.push_back(Because("APPLICATION_REASON", "reason"));
  }
  // On the web one applies for oneself; an officer enters what is said at the office or on the
  // phone.
  const bool web = request.channel() == v1::CHANNEL_WEB;
  const bool by_officer =
      request.channel() == v1::CHANNEL_VILLAGE_OFFICE || request.channel() == v1::CHANNEL_PHONE;
  if (officer ? !by_officer : !web) problems.push_back(Because("CHANNEL_NOT_YOURS", "channel"));
  if (!problems.empty()) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
  }
  RETURN_IF_ERROR(desk_.scope().Division(caller, request.division(), "division"));
  const std::string unit(township->code());
  v1::ApplyRequest kept = request;
  const std::string content = desk_.subjects().Content(kept.SerializeAsString());
  ASSIGN_OR_RETURN(const auto before, desk_.cases().Request(unit, request.request_id()));
  if (before) {
    if (before->content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    v1::ApplyResponse again;
    again.set_receipt(before->case_());
    again.set_code(codes_.CodeFor(again.receipt(), request.request_id()));
    ASSIGN_OR_RETURN(*again.mutable_state(), Show(before->case_()));
    return again;
  }

  CaseAtHand at;
  at.procedures = desk_.procedures().current();
  const absl::CivilDay today = absl::ToCivilDay(now, absl::FixedTimeZone(8 * 60 * 60));
  at.procedure = at.procedures->ForPurpose(procedure::Purpose::kRegister, today);
  if (at.procedure == nullptr) return Refuse("PROCEDURE_UNKNOWN", "procedure", "REGISTER");
  at.open.id = ReceiptCodes::NewReceipt(unit);
  const std::string code = codes_.CodeFor(at.open.id, request.request_id());
  store::StoredCase& stored = at.open.stored;
  stored.set_subject(desk_.subjects().Citizen(number->text()));
  stored.set_division(request.division());
  stored.set_channel(request.channel());
  stored.set_code_hash(codes_.HashOf(at.open.id, code));
  stored.set_head_masked(mask::Name(*name));
  ASSIGN_OR_RETURN(*stored.mutable_household(), desk_.HouseholdOf(stored.subject(), unit));
  ASSIGN_OR_RETURN(const std::string status, desk_.StatusOf(stored.household()));
  ASSIGN_OR_RETURN(at.state, at.flow().Open(status, now));
  store::Applicant applicant;
  applicant.set_name(*name);
  applicant.set_citizen_number(number->text());
  applicant.set_phone(request.phone());
  applicant.set_reason(request.reason());
  ASSIGN_OR_RETURN(
      *stored.mutable_sealed_applicant(),
      desk_.cases().Seal(kCases, at.open.id, "applicant", applicant.SerializeAsString()));
  CaseActor actor = desk_.ActorOf(caller);
  actor.applicant = !officer;
  v1::ApplyResponse response;
  response.set_receipt(at.open.id);
  response.set_code(code);
  RETURN_IF_ERROR(Store(std::move(at), actor, "", request.request_id(), content, {}));
  ASSIGN_OR_RETURN(*response.mutable_state(), Show(response.receipt()));
  return response;
}

absl::StatusOr<std::string> Applications::Open(const v1::OpenCaseRequest& request,
                                               const rpc::Caller& caller, const Origin& origin) {
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  if (request.lead().empty() || request.lead().size() > kMaxReasonBytes ||
      !codes::CheckText(request.lead()).ok()) {
    return Refuse("APPLICATION_REASON", "lead");
  }
  ASSIGN_OR_RETURN(const std::string household, ParseHouseholdName(request.household()));
  const std::string unit = TownshipOf(household);
  const std::string content = desk_.subjects().Content(request.SerializeAsString());
  ASSIGN_OR_RETURN(const auto before, desk_.cases().Request(unit, request.request_id()));
  if (before) {
    if (before->content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    return before->case_();
  }
  CaseAtHand at;
  const absl::Time now = desk_.Now();
  at.procedures = desk_.procedures().current();
  at.procedure = at.procedures->Newest(request.procedure(),
                                       absl::ToCivilDay(now, absl::FixedTimeZone(8 * 60 * 60)));
  if (at.procedure == nullptr) return Refuse("PROCEDURE_UNKNOWN", "procedure", request.procedure());
  at.open.id = ReceiptCodes::NewReceipt(unit);
  store::StoredCase& stored = at.open.stored;
  stored.set_household(household);
  stored.set_suggestion(origin.suggestion);
  stored.set_subject(desk_.subjects().Household(absl::StrCat("case/", household)));
  ASSIGN_OR_RETURN(at.known, desk_.FactsOf(stored, *at.procedure));
  if (at.known.person_count == 0) return Refuse("HOUSEHOLD_NOT_FOUND", "household");
  stored.set_division(at.known.division);
  stored.set_head_masked(at.known.head_masked);
  ASSIGN_OR_RETURN(const std::string status, desk_.StatusOf(household));
  ASSIGN_OR_RETURN(at.state, at.flow().Open(status, now));
  store::Applicant lead;
  lead.set_reason(request.lead());
  ASSIGN_OR_RETURN(*stored.mutable_sealed_applicant(),
                   desk_.cases().Seal(kCases, at.open.id, "applicant", lead.SerializeAsString()));
  const std::string id = at.open.id;
  RETURN_IF_ERROR(Store(std::move(at), desk_.ActorOf(caller), request.lead(), request.request_id(),
                        content, origin));
  return id;
}

absl::StatusOr<CaseAtHand> Applications::Find(const std::string& receipt,
                                              const std::string& code) const {
  auto at = desk_.Take(receipt, /*judge=*/false);
  RETURN_IF_ERROR(
      codes_.Check(receipt, code, at.ok() ? at->open.stored.code_hash() : "", desk_.Now()));
  return at;
}

absl::StatusOr<v1::ApplicationState> Applications::Show(const std::string& id) const {
  ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(id, /*judge=*/false));
  const CaseFlow flow = at.flow();
  const procedure::Step& step = flow.StepOf(at.state);
  v1::ApplicationState out;
  out.set_receipt(id);
  out.set_procedure_zh(at.procedure->name.zh);
  out.set_procedure_en(at.procedure->name.en);
  *out.mutable_open_time() = ToTimestampMs(at.open.stored.open_ms());
  ASSIGN_OR_RETURN(const auto events, desk_.cases().Events(id));
  std::string last;
  for (const CaseStore::LoggedEvent& event : events) {
    if (event.stored.to_step() == last) continue;
    last = event.stored.to_step();
    v1::ApplicationStep* passed = out.add_steps();
    if (const auto known = at.procedure->FindStep(last)) {
      passed->set_name_zh(at.procedure->steps[*known].name.zh);
      passed->set_name_en(at.procedure->steps[*known].name.en);
    }
    *passed->mutable_enter_time() = ToTimestampMs(event.stored.time_ms());
    if (step.end == procedure::Outcome::kRefused && last == step.id) out.set_reason(event.reason);
  }
  if (at.state.notice) {
    *out.mutable_notice_end_time() = ToTimestamp(at.state.notice->ends);
  }
  if (step.appeal_to) {
    *out.mutable_appeal_until_time() =
        ToTimestamp(at.procedures->calendar().EndOf(at.state.entered, step.appeal_within));
  }
  out.set_may_withdraw(ApplicantsAction(step) != nullptr);
  if (const auto by = flow.DecideBy(at.state)) *out.mutable_decide_by_time() = ToTimestamp(*by);
  out.set_outcome(static_cast<fupin::procedure::v1::Outcome>(at.open.stored.outcome()));
  return out;
}

absl::StatusOr<v1::ApplicationState> Applications::Follow(const std::string& receipt,
                                                          const std::string& code) const {
  RETURN_IF_ERROR(Find(receipt, code).status());
  return Show(receipt);
}

absl::StatusOr<v1::ApplicationState> Applications::Withdraw(
    const v1::WithdrawApplicationRequest& request) {
  ASSIGN_OR_RETURN(const CaseAtHand at, Find(request.receipt(), request.code()));
  if (request.reason().size() > kMaxReasonBytes || !codes::CheckText(request.reason()).ok()) {
    return Refuse("APPLICATION_REASON", "reason");
  }
  const CaseFlow flow = at.flow();
  const procedure::Action* action = ApplicantsAction(flow.StepOf(at.state));
  const CaseActor actor{.id = "applicant", .level = -1, .applicant = true};
  ASSIGN_OR_RETURN(
      const CaseState next,
      flow.Act(at.state, at.known.facts, actor,
               {.action = action == nullptr ? "withdraw" : action->id, .reason = request.reason()},
               desk_.Lot(at), desk_.Now()));
  ASSIGN_OR_RETURN(
      CaseChange change,
      desk_.Change(at, next, actor,
                   {.kind = "ACTED", .action = action->id, .reason = request.reason()}));
  RETURN_IF_ERROR(desk_.Commit(at, std::move(change)));
  return Show(request.receipt());
}

absl::StatusOr<v1::ApplicationState> Applications::Appeal(
    const v1::AppealApplicationRequest& request) {
  ASSIGN_OR_RETURN(const CaseAtHand at, Find(request.receipt(), request.code()));
  if (request.reason().size() > kMaxReasonBytes || !codes::CheckText(request.reason()).ok()) {
    return Refuse("APPLICATION_REASON", "reason");
  }
  ASSIGN_OR_RETURN(const CaseState next,
                   at.flow().Appeal(at.state, request.reason(), desk_.Lot(at), desk_.Now()));
  const CaseActor actor{.id = "applicant", .level = -1, .applicant = true};
  ASSIGN_OR_RETURN(CaseChange change,
                   desk_.Change(at, next, actor, {.kind = "APPEALED", .reason = request.reason()}));
  RETURN_IF_ERROR(desk_.Commit(at, std::move(change)));
  return Show(request.receipt());
}

}  // namespace fupin::identification
