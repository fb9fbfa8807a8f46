#include "services/identification/server/notices.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/codes/text.h"
#include "libs/kv/table.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/photo.h"
#include "services/identification/server/receipt_codes.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxText = 4000;
constexpr size_t kMaxPlace = 200;
constexpr size_t kMaxOnSheet = 500;
constexpr int kUsualPage = 50;
constexpr int kMaxPage = 200;
constexpr char kNoticePrefix[] = "notices/";

bool GoodText(const std::string& text, size_t most) {
  return !text.empty() && text.size() <= most && codes::CheckText(text).ok();
}

std::string Stripped(absl::string_view name, absl::string_view prefix) {
  return absl::ConsumePrefix(&name, prefix) ? std::string(name) : std::string();
}

}  // namespace

absl::StatusOr<std::vector<CaseAtHand>> Notices::Waiting(const std::string& code,
                                                         const std::string& procedure,
                                                         const std::string& step,
                                                         const rpc::Caller& caller) const {
  const auto division = desk_.divisions().Find(code);
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  std::vector<CaseAtHand> waiting;
  for (const std::string& township : lists_.TownshipsOf(*division)) {
    std::string after;
    do {
      ASSIGN_OR_RETURN(const CasePage page, desk_.cases().Due(township, false, after, 500));
      for (const std::string& id : page.ids) {
        const auto open = desk_.cases().Get(id);
        if (!open.ok() || open->stored.procedure() != procedure || open->stored.step() != step ||
            open->stored.post_ms() > 0 ||
            !desk_.divisions().Reaches(code, open->stored.division())) {
          continue;
        }
        ASSIGN_OR_RETURN(CaseAtHand at, desk_.Take(caller, id, /*judge=*/false));
        if (!at.flow().StepOf(at.state).notice) continue;
        waiting.push_back(std::move(at));
      }
      after = page.next;
    } while (!after.empty());
  }
  if (waiting.empty()) return Refuse("NOTICE_EMPTY", "step");
  return waiting;
}

absl::StatusOr<v1::Notice> Notices::Show(const OpenNotice& open, bool with_entries) const {
  const store::StoredNotice& stored = open.stored;
  v1::Notice out;
  out.set_name(absl::StrCat(kNoticePrefix, open.id));
  out.set_division(stored.division());
  for (std::string& name : desk_.NamesOf(stored.division())) {
    out.add_division_names(std::move(name));
  }
  const auto set = desk_.procedures().current();
  if (const auto* procedure = set->Find(stored.procedure(), stored.procedure_version())) {
    out.set_procedure_zh(procedure->name.zh);
    out.set_procedure_en(procedure->name.en);
    const auto step = procedure->FindStep(stored.step());
    if (step && procedure->steps[*step].notice) {
      const procedure::Step& known = procedure->steps[*step];
      out.set_step_zh(known.name.zh);
      out.set_step_en(known.name.en);
      out.set_type(known.notice->type);
      out.set_title_zh(known.notice->title_zh);
      out.set_text_zh(known.notice->text_zh);
      out.set_period_days(known.notice->period.days);
      out.set_working_days(known.notice->period.working);
    }
  }
  if (stored.post_ms() > 0) {
    *out.mutable_post_time() = ToTimestampMs(stored.post_ms());
    *out.mutable_end_time() = ToTimestampMs(stored.end_ms());
  }
  out.set_place(stored.place());
  out.set_photo(!stored.photo().empty());
  for (int i = 0; with_entries && i < stored.entries_size(); ++i) {
    v1::NoticeEntry* entry = out.add_entries();
    entry->set_number(i + 1);
    entry->set_head_name_masked(stored.entries(i).head_masked());
    entry->set_place_zh(stored.entries(i).place_zh());
    entry->set_person_count(stored.entries(i).person_count());
  }
  if (stored.take_down_ms() > 0) {
    ASSIGN_OR_RETURN(
        const std::string reason,
        desk_.cases().Unseal(kNotices, open.id, "reason", stored.sealed_take_down_reason()));
    out.set_take_down_reason(reason);
  }
  return out;
}

absl::StatusOr<v1::Notice> Notices::Preview(const v1::PreviewNoticeRequest& request,
                                            const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const auto waiting,
                   Waiting(request.division(), request.procedure(), request.step(), caller));
  OpenNotice notice;
  notice.stored.set_division(request.division());
  notice.stored.set_procedure(request.procedure());
  notice.stored.set_procedure_version(waiting[0].procedure->version);
  notice.stored.set_step(request.step());
  for (const CaseAtHand& at : waiting) {
    if (static_cast<size_t>(notice.stored.entries_size()) >= kMaxOnSheet) break;
    auto* entry = notice.stored.add_entries();
    entry->set_head_masked(at.open.stored.head_masked());
    const auto place = desk_.divisions().Find(at.open.stored.division());
    if (place) entry->set_place_zh(std::string(place->name()));
    entry->set_person_count(at.open.stored.person_count());
  }
  ASSIGN_OR_RETURN(v1::Notice out, Show(notice, true));
  out.clear_name();
  return out;
}

absl::StatusOr<std::string> Notices::Posted(const v1::PostNoticeRequest& request,
                                            const std::string& content) const {
  const auto division = desk_.divisions().Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  for (const std::string& township : lists_.TownshipsOf(*division)) {
    ASSIGN_OR_RETURN(const auto before, desk_.cases().Request(township, request.request_id()));
    if (!before) continue;
    if (before->content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    return absl::StrCat(kNoticePrefix, before->notice());
  }
  return std::string();
}

absl::StatusOr<v1::Notice> Notices::Post(const v1::PostNoticeRequest& request,
                                         const rpc::Caller& caller) {
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  if (!GoodText(request.place(), kMaxPlace)) return Refuse("NOTICE_PLACE", "place");
  const std::string content =
      desk_.subjects().Content(absl::StrCat(caller.principal.id, "/", request.SerializeAsString()));
  ASSIGN_OR_RETURN(const std::string before, Posted(request, content));
  if (!before.empty()) {
    ASSIGN_OR_RETURN(const OpenNotice posted, Find(before, &caller));
    return Show(posted, true);
  }
  ASSIGN_OR_RETURN(const std::string photo, CleanPhoto(request.photo(), "photo"));
  ASSIGN_OR_RETURN(const auto waiting,
                   Waiting(request.division(), request.procedure(), request.step(), caller));
  const CaseActor actor = desk_.ActorOf(caller);
  const absl::Time now = desk_.Now();
  std::string name;
  std::string answered;  // township
  // One sheet for each township: what a sheet says and its cases are one batch.
  for (size_t from = 0; from < waiting.size();) {
    const std::string township = TownshipOf(waiting[from].open.id);
    OpenNotice notice;
    notice.id = ReceiptCodes::NewReceipt(township);
    notice.stored.set_division(request.division());
    notice.stored.set_procedure(request.procedure());
    notice.stored.set_procedure_version(waiting[from].procedure->version);
    notice.stored.set_step(request.step());
    notice.stored.set_place(request.place());
    notice.stored.set_poster(actor.id);
    notice.stored.set_post_ms(absl::ToUnixMillis(now));
    std::vector<CaseChange> changes;
    size_t to = from;
    for (; to < waiting.size() && changes.size() < kMaxOnSheet &&
           TownshipOf(waiting[to].open.id) == township &&
           waiting[to].procedure == waiting[from].procedure;
         ++to) {
      const CaseAtHand& at = waiting[to];
      ASSIGN_OR_RETURN(const CaseState next, at.flow().Post(at.state, actor, now));
      notice.stored.set_end_ms(absl::ToUnixMillis(next.notice->ends));
      ASSIGN_OR_RETURN(
          CaseChange change,
          desk_.Change(at, next, actor,
                       {.kind = "POSTED",
                        .evidence = absl::StrCat(request.place(), " notices/", notice.id)}));
      change.after.set_notice(notice.id);
      auto* entry = notice.stored.add_entries();
      entry->set_case_(at.open.id);
      entry->set_head_masked(change.after.head_masked());
      const auto place = desk_.divisions().Find(change.after.division());
      if (place) entry->set_place_zh(std::string(place->name()));
      entry->set_person_count(change.after.person_count());
      changes.push_back(std::move(change));
    }
    const std::string blob = ReceiptCodes::NewReceipt(township);
    RETURN_IF_ERROR(desk_.cases().PutBlob(blob, photo));
    notice.stored.set_photo(blob);
    // The sheet stands before the first case that names it.
    for (kv::Batch::Write& row : NoticeStore::Rows(notice)) {
      changes.front().more.push_back(std::move(row));
    }
    if (township != answered) {
      store::StoredCaseRequest answer;
      answer.set_content_hash(content);
      answer.set_notice(notice.id);
      changes.front().more.push_back({kCaseRequests, request.request_id(), kv::Encode(answer)});
      answered = township;
    }
    for (const absl::Status& status : desk_.cases().Commit(township, changes)) {
      RETURN_IF_ERROR(status);
    }
    if (name.empty()) name = absl::StrCat(kNoticePrefix, notice.id);
    from = to;
  }
  ASSIGN_OR_RETURN(const OpenNotice posted, Find(name, &caller));
  return Show(posted, true);
}

absl::StatusOr<OpenNotice> Notices::Find(const std::string& name, const rpc::Caller* caller) const {
  ASSIGN_OR_RETURN(OpenNotice notice, store_.Notice(Stripped(name, kNoticePrefix)));
  if (caller != nullptr && !desk_.scope().Reaches(*caller, notice.stored.division())) {
    return Refuse("NOTICE_NOT_FOUND", "name");
  }
  return notice;
}

absl::StatusOr<v1::Notice> Notices::TakeDown(const v1::TakeDownNoticeRequest& request,
                                             const rpc::Caller& caller) {
  if (!GoodText(request.reason(), kMaxText)) return Refuse("CASE_REASON_MISSING", "reason");
  ASSIGN_OR_RETURN(OpenNotice notice, Find(request.name(), &caller));
  const CaseActor actor = desk_.ActorOf(caller);
  std::vector<CaseChange> changes;
  for (const auto& entry : notice.stored.entries()) {
    ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(entry.case_(), /*judge=*/false));
    if (at.open.stored.notice() != notice.id) continue;
    ASSIGN_OR_RETURN(const CaseState next, at.flow().TakeDown(at.state, actor, request.reason()));
    ASSIGN_OR_RETURN(
        CaseChange change,
        desk_.Change(at, next, actor, {.kind = "TAKEN_DOWN", .reason = request.reason()}));
    changes.push_back(std::move(change));
  }
  if (changes.empty()) return Refuse("NOTICE_OVER", "name");
  notice.stored.set_take_down_ms(absl::ToUnixMillis(desk_.Now()));
  ASSIGN_OR_RETURN(*notice.stored.mutable_sealed_take_down_reason(),
                   desk_.cases().Seal(kNotices, notice.id, "reason", request.reason()));
  for (kv::Batch::Write& row : NoticeStore::Rows(notice)) {
    changes.front().more.push_back(std::move(row));
  }
  for (const absl::Status& status : desk_.cases().Commit(TownshipOf(notice.id), changes)) {
    RETURN_IF_ERROR(status);
  }
  return Show(notice, true);
}

absl::StatusOr<v1::ListNoticesResponse> Notices::List(const v1::ListNoticesRequest& request) const {
  const auto division = desk_.divisions().Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  int64_t skip = 0;
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &skip) || skip < 0)) {
    return Refuse("PAGE_TOKEN_INVALID", "page_token");
  }
  const int64_t limit =
      request.page_size() <= 0 ? kUsualPage : std::min(request.page_size(), kMaxPage);
  std::vector<OpenNotice> live;
  for (const std::string& township : lists_.TownshipsOf(*division)) {
    ASSIGN_OR_RETURN(auto notices, store_.Live(township, desk_.Now()));
    for (OpenNotice& notice : notices) {
      // Also what hangs above a village concerns it.
      if (desk_.divisions().Reaches(request.division(), notice.stored.division()) ||
          desk_.divisions().Reaches(notice.stored.division(), request.division())) {
        live.push_back(std::move(notice));
      }
    }
  }
  std::stable_sort(live.begin(), live.end(), [](const OpenNotice& a, const OpenNotice& b) {
    return a.stored.post_ms() > b.stored.post_ms();
  });
  v1::ListNoticesResponse response;
  const int64_t end = std::min<int64_t>(skip + limit, static_cast<int64_t>(live.size()));
  for (int64_t i = skip; i < end; ++i) {
    ASSIGN_OR_RETURN(*response.add_notices(), Show(live[static_cast<size_t>(i)], false));
  }
  if (end < static_cast<int64_t>(live.size())) response.set_next_page_token(absl::StrCat(end));
  return response;
}

absl::StatusOr<v1::Notice> Notices::Get(const std::string& name) const {
  ASSIGN_OR_RETURN(const OpenNotice notice, Find(name, nullptr));
  // Exactly as long as it hangs.
  if (notice.stored.take_down_ms() > 0 ||
      absl::FromUnixMillis(notice.stored.end_ms()) <= desk_.Now()) {
    return Refuse("NOTICE_NOT_FOUND", "name");
  }
  return Show(notice, true);
}

absl::StatusOr<v1::NoticePhoto> Notices::Photo(const std::string& name,
                                               const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const OpenNotice notice, Find(name, &caller));
  v1::NoticePhoto out;
  ASSIGN_OR_RETURN(*out.mutable_content(), desk_.cases().Blob(notice.stored.photo()));
  out.set_media_type(MediaTypeOf(out.content()));
  return out;
}

}  // namespace fupin::identification
