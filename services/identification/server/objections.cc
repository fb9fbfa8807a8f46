#include "services/identification/server/objections.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/codes/text.h"
#include "libs/kv/table.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxText = 4000;
constexpr size_t kMaxName = 100;
constexpr int kUsualPage = 50;
constexpr int kMaxPage = 200;
constexpr char kNoticePrefix[] = "notices/";
constexpr char kObjectionPrefix[] = "objections/";

bool GoodText(const std::string& text) {
  return !text.empty() && text.size() <= kMaxText && codes::CheckText(text).ok();
}

// What can be told without the notice.
absl::Status Check(const v1::CreateObjectionRequest& request) {
  std::vector<Problem> problems;
  if (!rpc::IsRequestId(request.request_id())) {
    problems.push_back(Because("REQUEST_ID_INVALID", "request_id"));
  }
  if (!GoodText(request.text())) problems.push_back(Because("OBJECTION_TEXT", "text"));
  if (request.name().size() > kMaxName || !codes::CheckText(request.name()).ok()) {
    problems.push_back(Because("OBJECTION_NAME", "name"));
  }
  if (!request.phone().empty() && !codes::IsPhone(request.phone())) {
    problems.push_back(Because("OBJECTION_PHONE", "phone"));
  }
  if (request.entry() < 0) problems.push_back(Because("OBJECTION_ENTRY", "entry"));
  if (problems.empty()) return absl::OkStatus();
  return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
}

}  // namespace

absl::StatusOr<v1::CreateObjectionResponse> Objections::Object(
    const v1::CreateObjectionRequest& request) {
  RETURN_IF_ERROR(Check(request));
  const std::string content = desk_.subjects().Content(request.SerializeAsString());
  const std::string township = TownshipOf(absl::StripPrefix(request.notice(), kNoticePrefix));
  ASSIGN_OR_RETURN(const auto before, desk_.cases().Request(township, request.request_id()));
  v1::CreateObjectionResponse response;
  if (before) {
    if (before->content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    response.set_receipt(before->objection());
    response.set_code(codes_.CodeFor(response.receipt(), request.request_id()));
    return response;
  }
  const auto found = notices_.Find(request.notice(), nullptr);
  if (ReasonOf(found.status()) == "NOTICE_NOT_FOUND") return Refuse("NOTICE_NOT_FOUND", "notice");
  RETURN_IF_ERROR(found.status());
  const OpenNotice& notice = *found;
  const absl::Time now = desk_.Now();
  if (notice.stored.take_down_ms() > 0) return Refuse("NOTICE_NOT_FOUND", "notice");
  if (request.entry() > notice.stored.entries_size()) return Refuse("OBJECTION_ENTRY", "entry");
  OpenObjection objection;
  objection.id = ReceiptCodes::NewReceipt(TownshipOf(notice.id));
  objection.stored.set_notice(notice.id);
  objection.stored.set_entry(request.entry());
  objection.stored.set_create_ms(absl::ToUnixMillis(now));
  response.set_receipt(objection.id);
  response.set_code(codes_.CodeFor(objection.id, request.request_id()));
  objection.stored.set_code_hash(codes_.HashOf(objection.id, response.code()));
  store::Objector objector;
  objector.set_text(request.text());
  objector.set_name(request.name());
  objector.set_phone(request.phone());
  ASSIGN_OR_RETURN(
      *objection.stored.mutable_sealed_text(),
      desk_.cases().Seal(kObjections, objection.id, "text", objector.SerializeAsString()));
  const CaseActor actor{.id = "public", .level = -1, .applicant = false};
  std::vector<CaseChange> changes;
  absl::Status why = absl::OkStatus();
  for (int i = 0; i < notice.stored.entries_size(); ++i) {
    if (request.entry() != 0 && request.entry() != i + 1) continue;
    ASSIGN_OR_RETURN(const CaseAtHand at,
                     desk_.Take(notice.stored.entries(i).case_(), /*judge=*/false));
    const auto next = at.flow().Object(at.state, now);
    // A household that has left the notice cannot be objected to here any more.
    if (!next.ok() || at.open.stored.notice() != notice.id) {
      why = next.ok() ? Refuse("NOTICE_NOT_FOUND", "notice") : next.status();
      continue;
    }
    objection.stored.add_cases(at.open.id);
    ASSIGN_OR_RETURN(CaseChange change,
                     desk_.Change(at, *next, actor,
                                  {.kind = "OBJECTED",
                                   .evidence = absl::StrCat(kObjectionPrefix, objection.id)}));
    changes.push_back(std::move(change));
  }
  if (changes.empty()) return why.ok() ? Refuse("NOTICE_NOT_FOUND", "notice") : why;
  for (kv::Batch::Write& row : NoticeStore::Rows(objection)) {
    changes.front().more.push_back(std::move(row));
  }
  store::StoredCaseRequest answer;
  answer.set_content_hash(content);
  answer.set_objection(objection.id);
  changes.front().more.push_back({kCaseRequests, request.request_id(), kv::Encode(answer)});
  for (const absl::Status& status : desk_.cases().Commit(township, changes)) {
    RETURN_IF_ERROR(status);
  }
  return response;
}

absl::StatusOr<v1::ObjectionState> Objections::Follow(const v1::FollowObjectionRequest& request) {
  const auto objection = store_.Objection(request.receipt());
  RETURN_IF_ERROR(codes_.Check(request.receipt(), request.code(),
                               objection.ok() ? objection->stored.code_hash() : "", desk_.Now()));
  const store::StoredObjection& stored = objection->stored;
  v1::ObjectionState out;
  out.set_receipt(request.receipt());
  *out.mutable_create_time() = ToTimestampMs(stored.create_ms());
  out.set_settled(stored.settle_ms() > 0);
  out.set_substantiated(stored.substantiated());
  if (stored.settle_ms() > 0) {
    ASSIGN_OR_RETURN(
        const std::string answer,
        desk_.cases().Unseal(kObjections, objection->id, "answer", stored.sealed_answer()));
    out.set_answer(answer);
    *out.mutable_settle_time() = ToTimestampMs(stored.settle_ms());
  }
  return out;
}

absl::StatusOr<v1::Objection> Objections::Show(const OpenObjection& open) const {
  const store::StoredObjection& stored = open.stored;
  v1::Objection out;
  out.set_name(absl::StrCat(kObjectionPrefix, open.id));
  out.set_notice(absl::StrCat(kNoticePrefix, stored.notice()));
  ASSIGN_OR_RETURN(const OpenNotice notice, store_.Notice(stored.notice()));
  ASSIGN_OR_RETURN(const v1::Notice shown, notices_.Show(notice, false));
  out.set_notice_title_zh(shown.title_zh());
  out.set_entry(stored.entry());
  for (const std::string& id : stored.cases()) out.add_cases(CaseName(id));
  ASSIGN_OR_RETURN(const std::string text,
                   desk_.cases().Unseal(kObjections, open.id, "text", stored.sealed_text()));
  store::Objector objector;
  objector.ParseFromString(text);
  out.set_text(objector.text());
  // Who objected is for nobody's eyes here: those objected to may sit in the same office.
  out.set_anonymous(objector.name().empty());
  *out.mutable_create_time() = ToTimestampMs(stored.create_ms());
  out.set_settled(stored.settle_ms() > 0);
  out.set_substantiated(stored.substantiated());
  if (stored.settle_ms() > 0) {
    ASSIGN_OR_RETURN(const std::string answer,
                     desk_.cases().Unseal(kObjections, open.id, "answer", stored.sealed_answer()));
    out.set_answer(answer);
    *out.mutable_settle_time() = ToTimestampMs(stored.settle_ms());
  }
  return out;
}

absl::StatusOr<v1::ListObjectionsResponse> Objections::List(
    const v1::ListObjectionsRequest& request) const {
  const auto division = desk_.divisions().Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  int64_t skip = 0;
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &skip) || skip < 0)) {
    return Refuse("PAGE_TOKEN_INVALID", "page_token");
  }
  const int64_t limit =
      request.page_size() <= 0 ? kUsualPage : std::min(request.page_size(), kMaxPage);
  std::vector<OpenObjection> all;
  for (const std::string& township : lists_.TownshipsOf(*division)) {
    ASSIGN_OR_RETURN(auto objections, store_.Objections(township));
    for (OpenObjection& objection : objections) {
      const auto notice = store_.Notice(objection.stored.notice());
      if (notice.ok() && desk_.divisions().Reaches(request.division(), notice->stored.division())) {
        all.push_back(std::move(objection));
      }
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const OpenObjection& a, const OpenObjection& b) {
    const bool a_settled = a.stored.settle_ms() > 0;
    const bool b_settled = b.stored.settle_ms() > 0;
    if (a_settled != b_settled) return b_settled;
    return a_settled ? a.stored.settle_ms() > b.stored.settle_ms()
                     : a.stored.create_ms() < b.stored.create_ms();
  });
  v1::ListObjectionsResponse response;
  const int64_t end = std::min<int64_t>(skip + limit, static_cast<int64_t>(all.size()));
  for (int64_t i = skip; i < end; ++i) {
    ASSIGN_OR_RETURN(*response.add_objections(), Show(all[static_cast<size_t>(i)]));
  }
  if (end < static_cast<int64_t>(all.size())) response.set_next_page_token(absl::StrCat(end));
  return response;
}

absl::StatusOr<v1::Objection> Objections::Settle(const v1::SettleObjectionRequest& request,
                                                 const rpc::Caller& caller) {
  if (!GoodText(request.answer())) return Refuse("OBJECTION_ANSWER", "answer");
  ASSIGN_OR_RETURN(
      OpenObjection objection,
      store_.Objection(std::string(absl::StripPrefix(request.name(), kObjectionPrefix))));
  const auto notice =
      notices_.Find(absl::StrCat(kNoticePrefix, objection.stored.notice()), &caller);
  if (!notice.ok()) return Refuse("OBJECTION_NOT_FOUND", "name");
  if (objection.stored.settle_ms() > 0) return Refuse("OBJECTION_SETTLED", "name");
  const CaseActor actor = desk_.ActorOf(caller);
  const absl::Time now = desk_.Now();
  objection.stored.set_settle_ms(absl::ToUnixMillis(now));
  objection.stored.set_substantiated(request.substantiated());
  objection.stored.set_settler(actor.id);
  ASSIGN_OR_RETURN(*objection.stored.mutable_sealed_answer(),
                   desk_.cases().Seal(kObjections, objection.id, "answer", request.answer()));
  std::vector<CaseChange> changes;
  for (const std::string& id : objection.stored.cases()) {
    ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(id, /*judge=*/false));
    // Another objection was true and has sent the case back: nothing is open there any more.
    if (at.state.open_objections == 0) continue;
    ASSIGN_OR_RETURN(
        const CaseState next,
        at.flow().Settle(at.state, actor, request.substantiated(), desk_.Lot(at), now));
    ASSIGN_OR_RETURN(CaseChange change,
                     desk_.Change(at, next, actor,
                                  {.kind = "SETTLED",
                                   .action = request.substantiated() ? "substantiated" : "",
                                   .reason = request.answer(),
                                   .evidence = absl::StrCat(kObjectionPrefix, objection.id)}));
    changes.push_back(std::move(change));
  }
  if (changes.empty()) {
    // The case has gone on another way; the answer is still due to who objected.
    if (!objection.stored.cases().empty()) {
      ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(objection.stored.cases(0), /*judge=*/false));
      ASSIGN_OR_RETURN(CaseChange change,
                       desk_.Change(at, at.state, actor,
                                    {.kind = "SETTLED",
                                     .reason = request.answer(),
                                     .evidence = absl::StrCat(kObjectionPrefix, objection.id)}));
      changes.push_back(std::move(change));
    }
  }
  for (kv::Batch::Write& row : NoticeStore::Rows(objection)) {
    changes.front().more.push_back(std::move(row));
  }
  for (const absl::Status& status : desk_.cases().Commit(TownshipOf(objection.id), changes)) {
    RETURN_IF_ERROR(status);
  }
  return Show(objection);
}

}  // namespace fupin::identification
