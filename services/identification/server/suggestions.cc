#include "services/identification/server/suggestions.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/codes/text.h"
#include "libs/kv/table.h"
#include "libs/mask/mask.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr char kPrefix[] = "suggestions/";
constexpr size_t kMaxReasonBytes = 1500;
constexpr int kUsualPage = 50;
constexpr int kMaxPage = 500;
constexpr int kScan = 100;
// Rows looked at for one page: a filter that fits little gives a short page and a token.
constexpr int kMaxScan = 5000;
constexpr char kNone[] = "none";
constexpr char kHead[] = "02";  // GB/T 4761: 户主

bool IsText(const std::string& text) {
  return text.size() <= kMaxReasonBytes && codes::CheckText(text).ok();
}

const procedure::WatchRule* RuleOf(const procedure::ProcedureSet& set, const std::string& id) {
  for (const procedure::WatchRule& rule : set.watch()) {
    if (rule.id == id) return &rule;
  }
  return nullptr;
}

// What a page token is bound to.
std::string PageOf(const v1::ListSuggestionsRequest& request) {
  return absl::StrCat("suggestions/", request.division(), "/", request.kind());
}
crypto::SealPlace PlaceOf(const std::string& page) { return {"pages", page, "", "token"}; }

}  // namespace

absl::StatusOr<std::string> Suggestions::DivisionOf(const OpenSuggestion& suggestion) const {
  ASSIGN_OR_RETURN(const auto score, scores_.Find(suggestion.household));
  return score ? score->division() : suggestion.stored.division();
}

const procedure::Procedure* Suggestions::ProcedureFor(const procedure::ProcedureSet& set,
                                                      const store::StoredSuggestion& stored) const {
  const procedure::WatchRule* rule = RuleOf(set, stored.rule());
  if (rule == nullptr) return nullptr;
  return set.ForStatus(rule->purposes, stored.facts().status(),
                       absl::ToCivilDay(desk_.Now(), Shanghai()));
}

absl::StatusOr<v1::Suggestion> Suggestions::Show(const OpenSuggestion& suggestion) const {
  const store::StoredSuggestion& stored = suggestion.stored;
  const auto set = desk_.procedures().current();
  v1::Suggestion out;
  out.set_name(absl::StrCat(kPrefix, suggestion.id()));
  out.set_household(HouseholdName(suggestion.household));
  ASSIGN_OR_RETURN(const std::string division, DivisionOf(suggestion));
  out.set_division(division);
  for (std::string& name : desk_.NamesOf(division)) out.add_division_names(std::move(name));
  ASSIGN_OR_RETURN(const auto household, households_.Find(suggestion.household));
  if (household) {
    for (const v1::SurveyMember& member : household->survey.members()) {
      if (member.relation() == kHead) out.set_head_name_masked(mask::Name(member.name()));
    }
  }
  out.set_rule(stored.rule());
  out.set_kind(static_cast<fupin::procedure::v1::SuggestionKind>(stored.kind()));
  out.set_name_zh(stored.name_zh());
  out.set_name_en(stored.name_en());
  out.set_text_zh(stored.text_zh());
  out.set_text_en(stored.text_en());
  if (const procedure::WatchRule* rule = RuleOf(*set, stored.rule())) {
    for (const procedure::Basis& basis : rule->basis) {
      auto* told = out.add_basis();
      told->set_text_zh(basis.text.zh);
      told->set_text_en(basis.text.en);
      told->set_certainty(static_cast<fupin::procedure::v1::Certainty>(basis.certainty));
    }
  }
  out.set_state(static_cast<v1::Suggestion::State>(stored.state()));
  *out.mutable_create_time() = ToTimestampMs(stored.create_ms());
  const store::StoredWatchFacts& facts = stored.facts();
  v1::SuggestionFacts* told = out.mutable_facts();
  told->set_status(facts.status());
  if (const procedure::Status* status = set->FindStatus(facts.status())) {
    told->set_status_zh(status->name.zh);
    told->set_status_en(status->name.en);
  } else if (facts.status() == kNone) {
    told->set_status_zh("未建档");
    told->set_status_en("not in the register");
  }
  told->set_poverty_class(static_cast<v1::PovertyClass>(facts.poverty_class()));
  told->set_index_centipoints(facts.index_centipoints());
  *told->mutable_score_time() = ToTimestampMs(facts.score_ms());
  told->set_score_version(facts.score_version());
  if (facts.reference_class() != 0) {
    told->set_reference_class(static_cast<v1::PovertyClass>(facts.reference_class()));
    told->set_reference_index_centipoints(facts.reference_index());
    *told->mutable_reference_time() = ToTimestampMs(facts.reference_ms());
  }
  told->set_stable_months(facts.stable_months());
  told->set_open_serious_finding_count(facts.serious());
  told->set_open_warning_finding_count(facts.warning());
  if (const procedure::Procedure* procedure = ProcedureFor(*set, stored)) {
    out.set_procedure(procedure->id);
    out.set_procedure_zh(procedure->name.zh);
    out.set_procedure_en(procedure->name.en);
  }
  if (!stored.case_().empty()) out.set_case_(CaseName(stored.case_()));
  ASSIGN_OR_RETURN(const auto cases, desk_.cases().OfHousehold(suggestion.household));
  for (const OpenCase& open : cases) {
    if (open.stored.outcome() == 0) out.set_open_case(CaseName(open.id));
  }
  out.set_settler(stored.settler());
  out.set_settler_level(stored.settler_level());
  if (stored.settle_ms() > 0) *out.mutable_settle_time() = ToTimestampMs(stored.settle_ms());
  ASSIGN_OR_RETURN(const std::string reason, store_.ReasonOf(suggestion));
  out.set_reason(reason);
  out.set_etag(absl::StrCat(stored.change_count()));
  return out;
}

absl::StatusOr<v1::ListSuggestionsResponse> Suggestions::List(
    const v1::ListSuggestionsRequest& request) const {
  const auto division = desk_.divisions().Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  const int wanted =
      request.page_size() <= 0 ? kUsualPage : std::min(request.page_size(), kMaxPage);
  const std::string bound_to = PageOf(request);
  // Keys of all townships sort together, so the last one looked at tells where to go on in each.
  std::string after;
  if (!request.page_token().empty()) {
    std::string sealed;
    if (!absl::WebSafeBase64Unescape(request.page_token(), &sealed)) {
      return Refuse("PAGE_TOKEN_INVALID", "page_token");
    }
    const auto opened = sealer_.Open(PlaceOf(bound_to), sealed);
    if (!opened.ok()) return Refuse("PAGE_TOKEN_INVALID", "page_token");
    after = *opened;
  }
  struct Unit {
    std::string township;
    std::vector<std::string> keys;  // read ahead
    size_t next = 0;
    bool finished = false;
  };
  std::vector<Unit> units;
  for (std::string& township : lists_.TownshipsOf(*division)) {
    units.push_back({.township = std::move(township)});
  }
  std::map<std::string, size_t> heads;  // oldest key of each unit
  const auto advance = [&](size_t i) -> absl::Status {
    Unit& unit = units[i];
    if (unit.next == unit.keys.size() && !unit.finished) {
      const std::string from = unit.keys.empty() ? after : unit.keys.back();
      ASSIGN_OR_RETURN(unit.keys, store_.Open(unit.township, from, kScan));
      unit.next = 0;
      unit.finished = unit.keys.size() < static_cast<size_t>(kScan);
    }
    if (unit.next < unit.keys.size()) heads[unit.keys[unit.next++]] = i;
    return absl::OkStatus();
  };
  for (size_t i = 0; i < units.size(); ++i) RETURN_IF_ERROR(advance(i));
  v1::ListSuggestionsResponse response;
  for (int looked = 0; !heads.empty(); ++looked) {
    if (response.suggestions_size() == wanted || looked == kMaxScan) {
      ASSIGN_OR_RETURN(const std::string sealed, sealer_.Seal(PlaceOf(bound_to), after));
      response.set_next_page_token(absl::WebSafeBase64Escape(sealed));
      return response;
    }
    after = heads.begin()->first;
    const size_t unit = heads.begin()->second;
    heads.erase(heads.begin());
    RETURN_IF_ERROR(advance(unit));
    const auto suggestion = store_.Get(SuggestionStore::IdOfOpen(after));
    // Settled since the key was read.
    if (ReasonOf(suggestion.status()) == "SUGGESTION_NOT_FOUND") continue;
    RETURN_IF_ERROR(suggestion.status());
    if (suggestion->stored.state() != kSuggestionOpen ||
        (request.kind() != 0 && suggestion->stored.kind() != request.kind())) {
      continue;
    }
    ASSIGN_OR_RETURN(const std::string place, DivisionOf(*suggestion));
    if (!desk_.divisions().Reaches(request.division(), place)) continue;
    ASSIGN_OR_RETURN(*response.add_suggestions(), Show(*suggestion));
  }
  return response;
}

absl::StatusOr<v1::ListHouseholdSuggestionsResponse> Suggestions::OfHousehold(
    const std::string& name) const {
  ASSIGN_OR_RETURN(const std::string household, ParseHouseholdName(name));
  ASSIGN_OR_RETURN(const auto suggestions, store_.OfHousehold(household));
  v1::ListHouseholdSuggestionsResponse response;
  for (const OpenSuggestion& each : suggestions) {
    ASSIGN_OR_RETURN(*response.add_suggestions(), Show(each));
  }
  return response;
}

absl::StatusOr<OpenSuggestion> Suggestions::Take(const std::string& name,
                                                 const rpc::Caller& caller) const {
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, kPrefix)) return Refuse("SUGGESTION_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(OpenSuggestion suggestion, store_.Get(std::string(id)));
  const absl::Status within =
      desk_.scope().Household(caller, HouseholdName(suggestion.household), "name");
  if (ReasonOf(within) == "HOUSEHOLD_NOT_FOUND") return Refuse("SUGGESTION_NOT_FOUND", "name");
  RETURN_IF_ERROR(within);
  return suggestion;
}

absl::StatusOr<v1::Suggestion> Suggestions::Get(const std::string& name,
                                                const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const OpenSuggestion suggestion, Take(name, caller));
  return Show(suggestion);
}

absl::StatusOr<bool> Suggestions::Answered(const OpenSuggestion& suggestion,
                                           const std::string& request_id,
                                           const std::string& content, const std::string& etag) {
  const store::StoredSuggestion& stored = suggestion.stored;
  if (stored.state() != kSuggestionOpen) {
    if (stored.request_id() != request_id) return Refuse("SUGGESTION_SETTLED", "name");
    if (stored.content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    return true;
  }
  if (!etag.empty() && etag != absl::StrCat(stored.change_count())) {
    return Refuse("SUGGESTION_MOVED", "etag");
  }
  return false;
}

store::StoredSuggestion Suggestions::Settled(const OpenSuggestion& suggestion, int state,
                                             const rpc::Caller& caller,
                                             const std::string& request_id,
                                             const std::string& content) const {
  store::StoredSuggestion next = suggestion.stored;
  next.set_state(state);
  next.set_settler(caller.principal.id);
  next.set_settler_level(desk_.LevelName(desk_.ActorOf(caller).level));
  next.set_settle_ms(absl::ToUnixMillis(desk_.Now()));
  next.set_request_id(request_id);
  next.set_content_hash(content);
  return next;
}

absl::StatusOr<v1::Suggestion> Suggestions::TakeUp(const v1::TakeUpSuggestionRequest& request,
                                                   const rpc::Caller& caller) {
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  if (!IsText(request.note())) return Refuse("SUGGESTION_REASON", "note");
  ASSIGN_OR_RETURN(const OpenSuggestion suggestion, Take(request.name(), caller));
  const std::string content =
      desk_.subjects().Content(absl::StrCat("take up/", request.name(), "/", request.note()));
  ASSIGN_OR_RETURN(const bool answered,
                   Answered(suggestion, request.request_id(), content, request.etag()));
  if (answered) return Show(suggestion);
  const auto set = desk_.procedures().current();
  const procedure::Procedure* procedure = ProcedureFor(*set, suggestion.stored);
  if (procedure == nullptr) {
    return Refuse("PROCEDURE_UNKNOWN", "procedure", suggestion.stored.name_zh());
  }
  v1::OpenCaseRequest open;
  open.set_request_id(request.request_id());
  open.set_household(HouseholdName(suggestion.household));
  open.set_procedure(procedure->id);
  open.set_lead(absl::StrCat("监测线索:", suggestion.stored.name_zh(),
                             request.note().empty() ? "" : ";", request.note()));
  Applications::Origin origin;
  origin.suggestion = suggestion.id();
  // Case and suggestion name each other or neither is written.
  origin.with = [&](const std::string& case_id, CaseChange* change) {
    store::StoredSuggestion next =
        Settled(suggestion, kSuggestionTakenUp, caller, request.request_id(), content);
    next.set_case_(case_id);
    kv::Batch rows(HouseholdPartition(suggestion.household));
    SuggestionStore::Fill(suggestion, std::move(next), &rows);
    change->more.insert(change->more.end(), rows.writes().begin(), rows.writes().end());
    change->expect = rows.expects();
  };
  const auto opened = applications_.Open(open, caller, origin);
  if (ReasonOf(opened.status()) == "CASE_MOVED") return Refuse("SUGGESTION_MOVED", "etag");
  RETURN_IF_ERROR(opened.status());
  return Get(request.name(), caller);
}

absl::StatusOr<v1::Suggestion> Suggestions::Dismiss(const v1::DismissSuggestionRequest& request,
                                                    const rpc::Caller& caller) {
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  if (request.reason().empty() || !IsText(request.reason())) {
    return Refuse("SUGGESTION_REASON", "reason");
  }
  ASSIGN_OR_RETURN(const OpenSuggestion suggestion, Take(request.name(), caller));
  const std::string content =
      desk_.subjects().Content(absl::StrCat("dismiss/", request.name(), "/", request.reason()));
  ASSIGN_OR_RETURN(const bool answered,
                   Answered(suggestion, request.request_id(), content, request.etag()));
  if (answered) return Show(suggestion);
  store::StoredSuggestion next =
      Settled(suggestion, kSuggestionDismissed, caller, request.request_id(), content);
  ASSIGN_OR_RETURN(*next.mutable_sealed_reason(),
                   store_.SealReason(suggestion.id(), request.reason()));
  kv::Batch batch(HouseholdPartition(suggestion.household));
  SuggestionStore::Fill(suggestion, std::move(next), &batch);
  const absl::Status status = kv_.Commit(batch);
  if (status.code() == absl::StatusCode::kAborted) return Refuse("SUGGESTION_MOVED", "etag");
  RETURN_IF_ERROR(status);
  return Get(request.name(), caller);
}

}  // namespace fupin::identification
