#include "services/identification/server/case_actions.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/codes/text.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/photo.h"
#include "services/identification/server/receipt_codes.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxReasonBytes = 2000;
constexpr int kMaxOtherCauses = 2;
constexpr char kCauses[] = "pad.cause";

absl::Status CheckReason(const std::string& text, const char* field) {
  if (text.size() > kMaxReasonBytes || !codes::CheckText(text).ok()) {
    return Refuse("APPLICATION_REASON", field);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Case> CaseActions::Write(const CaseAtHand& at, const CaseState& next,
                                            const rpc::Caller& caller, CaseMove move) {
  ASSIGN_OR_RETURN(CaseChange change, desk_.Change(at, next, desk_.ActorOf(caller), move));
  RETURN_IF_ERROR(desk_.Commit(at, std::move(change)));
  return desk_.Show(caller, at.open.id);
}

absl::StatusOr<v1::Case> CaseActions::Act(const v1::ActOnCaseRequest& request,
                                          const rpc::Caller& caller) {
  ASSIGN_OR_RETURN(const std::string id, ParseCaseName(request.name()));
  RETURN_IF_ERROR(CheckReason(request.reason(), "reason"));
  ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(caller, id, /*judge=*/true));
  const std::string unit = TownshipOf(id);
  v1::ActOnCaseRequest content = request;
  content.clear_etag();
  const std::string hash = desk_.subjects().Content(content.SerializeAsString());
  if (!request.request_id().empty()) {
    ASSIGN_OR_RETURN(const auto before, desk_.cases().Request(unit, request.request_id()));
    if (before && before->content_hash() != hash) {
      return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    }
    if (before) return desk_.Show(caller, id);
  }
  if (!request.etag().empty() && request.etag() != absl::StrCat(at.open.stored.event_count())) {
    return Refuse("CASE_MOVED", "etag");
  }
  const CaseActor actor = desk_.ActorOf(caller);
  ASSIGN_OR_RETURN(const CaseState next, at.flow().Act(at.state, at.known.facts, actor,
                                                       {.action = request.action(),
                                                        .reason = request.reason(),
                                                        .status = request.status()},
                                                       desk_.Lot(at), desk_.Now()));
  ASSIGN_OR_RETURN(
      CaseChange change,
      desk_.Change(at, next, actor,
                   {.kind = "ACTED", .action = request.action(), .reason = request.reason()}));
  if (!request.request_id().empty()) {
    store::StoredCaseRequest answered;
    answered.set_content_hash(hash);
    answered.set_case_(id);
    change.more.push_back({kCaseRequests, request.request_id(), kv::Encode(answered)});
  }
  RETURN_IF_ERROR(desk_.Commit(at, std::move(change)));
  return desk_.Show(caller, id);
}

absl::StatusOr<v1::Case> CaseActions::Meet(const v1::RecordMeetingRequest& request,
                                           const rpc::Caller& caller) {
  ASSIGN_OR_RETURN(const std::string id, ParseCaseName(request.name()));
  ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(caller, id, /*judge=*/false));
  std::string photo;
  if (!request.photo().empty()) {
    ASSIGN_OR_RETURN(photo, CleanPhoto(request.photo(), "photo"));
  }
  const v1::CaseMeeting& meeting = request.meeting();
  ASSIGN_OR_RETURN(const CaseState next, at.flow().Meet(at.state, desk_.ActorOf(caller),
                                                        {.entitled = meeting.entitled_count(),
                                                         .present = meeting.present_count(),
                                                         .in_favour = meeting.in_favour_count(),
                                                         .against = meeting.against_count(),
                                                         .photo = !photo.empty()}));
  std::string blob;
  if (!photo.empty()) {
    blob = ReceiptCodes::NewReceipt(TownshipOf(id));
    RETURN_IF_ERROR(desk_.cases().PutBlob(blob, photo));
  }
  return Write(at, next, caller,
               {.kind = "MET",
                .evidence = absl::StrCat(
                    "应到 ", meeting.entitled_count(), " 实到 ", meeting.present_count(), " 同意 ",
                    meeting.in_favour_count(), " 反对 ", meeting.against_count(),
                    blob.empty() ? "" : " blobs/", blob)});
}

absl::StatusOr<v1::Case> CaseActions::Attach(const v1::AttachEvidenceRequest& request,
                                             const rpc::Caller& caller) {
  ASSIGN_OR_RETURN(const std::string id, ParseCaseName(request.name()));
  ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(caller, id, /*judge=*/false));
  ASSIGN_OR_RETURN(const CaseState next,
                   at.flow().Attach(at.state, desk_.ActorOf(caller), request.kind()));
  ASSIGN_OR_RETURN(const std::string photo, CleanPhoto(request.content(), "content"));
  const std::string blob = ReceiptCodes::NewReceipt(TownshipOf(id));
  RETURN_IF_ERROR(desk_.cases().PutBlob(blob, photo));
  return Write(at, next, caller,
               {.kind = "ATTACHED", .evidence = absl::StrCat(request.kind(), " blobs/", blob)});
}

absl::StatusOr<v1::Case> CaseActions::Revisit(const v1::RecordRevisitRequest& request,
                                              const rpc::Caller& caller) {
  ASSIGN_OR_RETURN(const std::string id, ParseCaseName(request.name()));
  RETURN_IF_ERROR(CheckReason(request.note(), "note"));
  ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(caller, id, /*judge=*/false));
  ASSIGN_OR_RETURN(const CaseState next,
                   at.flow().Revisit(at.state, at.known.facts, desk_.ActorOf(caller)));
  return Write(at, next, caller, {.kind = "REVISITED", .reason = request.note()});
}

absl::StatusOr<v1::Case> CaseActions::FillForm(const v1::FillFormRequest& request,
                                               const rpc::Caller& caller) {
  ASSIGN_OR_RETURN(const std::string id, ParseCaseName(request.name()));
  ASSIGN_OR_RETURN(CaseAtHand at, desk_.Take(caller, id, /*judge=*/false));
  const v1::CaseForm& form = request.form();
  const auto contracts = knowledge_.current()->contracts;
  if (form.other_causes_size() > kMaxOtherCauses) {
    return Refuse("CAUSES_TOO_MANY", "form.other_causes");
  }
  std::set<std::string> causes;
  const auto check = [&](const std::string& cause, const std::string& field) -> absl::Status {
    if (!contracts->HasCode(kCauses, cause)) return Refuse("CAUSE_UNKNOWN", field);
    if (!causes.insert(cause).second) return Refuse("CAUSE_REPEATED", field);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(check(form.main_cause(), "form.main_cause"));
  for (int i = 0; i < form.other_causes_size(); ++i) {
    RETURN_IF_ERROR(check(form.other_causes(i), absl::StrCat("form.other_causes[", i, "]")));
  }
  RETURN_IF_ERROR(CheckReason(form.remarks(), "form.remarks"));
  const CaseActor actor = desk_.ActorOf(caller);
  if (at.flow().StepOf(at.state).end) {
    return at.flow().Act(at.state, at.known.facts, actor, {}, 0, desk_.Now()).status();
  }
  at.open.stored.set_main_cause(form.main_cause());
  at.open.stored.mutable_other_causes()->CopyFrom(form.other_causes());
  at.open.stored.clear_sealed_remarks();
  if (!form.remarks().empty()) {
    ASSIGN_OR_RETURN(*at.open.stored.mutable_sealed_remarks(),
                     desk_.cases().Seal(kCases, id, "remarks", form.remarks()));
  }
  return Write(at, at.state, caller, {.kind = "FORM_FILLED"});
}

}  // namespace fupin::identification
