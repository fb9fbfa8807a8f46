#include "services/identification/server/exit_visits.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/text.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/exit_words.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxNoteBytes = 1000;
constexpr int kUsualPage = 50;
constexpr int kMaxPage = 500;
constexpr int kScan = 500;

}  // namespace

absl::StatusOr<v1::SampledHousehold> ExitVisits::Show(const std::string& id,
                                                      const OpenSampled& sampled) const {
  return ShowSampled(desk_, store_, households_, id, sampled);
}

absl::StatusOr<v1::ListExitTestSampleResponse> ExitVisits::Sample(
    const v1::ListExitTestSampleRequest& request, const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const std::string id, ParseExitTestName(request.exit_test()));
  ASSIGN_OR_RETURN(const store::StoredExitTest test, tests_.Take(id, caller));
  const int wanted =
      request.page_size() <= 0 ? kUsualPage : std::min(request.page_size(), kMaxPage);
  // The token: where to go on, bound to the filter. A number of this list tells nothing.
  const std::string filter =
      absl::StrCat(id, "|", request.frame(), "|", request.pending() ? "pending" : "");
  int from = 1;
  if (!request.page_token().empty()) {
    std::string token;
    const bool read = absl::WebSafeBase64Unescape(request.page_token(), &token);
    const std::vector<std::string> parts = absl::StrSplit(token, '\n');
    if (!read || parts.size() != 2 || parts[0] != filter || !absl::SimpleAtoi(parts[1], &from) ||
        from < 1) {
      return Refuse("PAGE_TOKEN_INVALID", "page_token");
    }
  }
  v1::ListExitTestSampleResponse response;
  while (from <= test.sample_count()) {
    ASSIGN_OR_RETURN(const auto page, store_.Sample(id, from, kScan));
    if (page.empty()) break;
    for (const OpenSampled& sampled : page) {
      if (sampled.number > test.sample_count()) return response;
      from = sampled.number;
      if ((request.frame() != 0 && sampled.stored.frame() != request.frame()) ||
          (request.pending() && !sampled.stored.visits().empty())) {
        continue;
      }
      if (response.sample_size() == wanted) {
        response.set_next_page_token(absl::WebSafeBase64Escape(absl::StrCat(filter, "\n", from)));
        return response;
      }
      ASSIGN_OR_RETURN(*response.add_sample(), Show(id, sampled));
    }
    ++from;
  }
  return response;
}

absl::StatusOr<v1::SampledHousehold> ExitVisits::Visit(
    const v1::RecordExitTestVisitRequest& request, const rpc::Caller& caller) {
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  ASSIGN_OR_RETURN(const auto named, ParseSampledName(request.name()));
  const auto& [id, number] = named;
  ASSIGN_OR_RETURN(const store::StoredExitTest test, tests_.Take(id, caller));
  if (number > test.sample_count()) return Refuse("EXIT_TEST_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const OpenSampled before, store_.Sampled(id, number));
  v1::RecordExitTestVisitRequest asked = request;
  asked.clear_etag();
  const std::string content = desk_.subjects().Content(asked.SerializeAsString());
  for (const store::StoredVisit& visit : before.stored.visits()) {
    if (visit.request_id() != request.request_id()) continue;
    if (visit.content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    return Show(id, before);
  }
  if (!request.etag().empty() && request.etag() != absl::StrCat(before.stored.visits_size())) {
    return Refuse("EXIT_TEST_MOVED", "etag");
  }
  if (!v1::ExitVisitOutcome_IsValid(request.outcome()) ||
      request.outcome() == v1::EXIT_VISIT_OUTCOME_UNSPECIFIED ||
      !v1::Approval_IsValid(request.approval()) ||
      (request.outcome() == v1::EXIT_VISIT_OUTCOME_NOT_REACHED &&
       request.approval() != v1::APPROVAL_UNSPECIFIED)) {
    return Refuse("EXIT_TEST_OUTCOME", "outcome");
  }
  const absl::Time now = desk_.Now();
  const auto date = codes::ParseDate(request.visit_date());
  if (!date.ok() || *date > absl::ToCivilDay(now, Shanghai()) ||
      *date < absl::ToCivilDay(absl::FromUnixMillis(test.create_ms()), Shanghai())) {
    return Refuse("EXIT_TEST_DATE", "visit_date");
  }
  // What is found wrong must be said in words.
  if (request.note().size() > kMaxNoteBytes || !codes::CheckText(request.note()).ok() ||
      (request.outcome() != v1::EXIT_VISIT_OUTCOME_RIGHT && request.note().empty())) {
    return Refuse("EXIT_TEST_NOTE", "note");
  }
  OpenSampled after = before;
  const int visit_number = after.stored.visits_size();
  store::StoredVisit* visit = after.stored.add_visits();
  visit->set_outcome(request.outcome());
  visit->set_approval(request.approval());
  visit->set_visit_date(absl::FormatCivilTime(*date));
  if (!request.note().empty()) {
    ASSIGN_OR_RETURN(*visit->mutable_sealed_note(),
                     store_.SealNote(id, number, visit_number, request.note()));
  }
  visit->set_visitor(caller.principal.id);
  visit->set_visitor_level(desk_.LevelName(desk_.ActorOf(caller).level));
  visit->set_record_ms(absl::ToUnixMillis(now));
  visit->set_request_id(request.request_id());
  visit->set_content_hash(content);
  RETURN_IF_ERROR(store_.Put(id, before, after.stored));
  return Show(id, after);
}

}  // namespace fupin::identification
