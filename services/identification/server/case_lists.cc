#include "services/identification/server/case_lists.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/photo.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr int kUsualPage = 50;
constexpr int kMaxPage = 500;
constexpr int kScan = 200;
// Rows looked at for one page: a filter that fits little gives a short page and a token.
constexpr int kMaxScan = 5000;

// Withdrawing is possible everywhere and makes a step nobody's work.
std::set<int> WorkersOf(const procedure::Procedure& procedure, const procedure::Step& step) {
  std::set<int> levels;
  if (step.notice) levels.insert(step.notice->level);
  for (const procedure::Action& action : step.actions) {
    if (procedure.steps[action.to].end == procedure::Outcome::kWithdrawn) continue;
    levels.insert(action.levels.begin(), action.levels.end());
  }
  return levels;
}

}  // namespace

std::vector<std::string> CaseLists::TownshipsOf(const division::Division& division) const {
  if (const auto own = division.AncestorAt(partition_level_)) return {std::string(own->code())};
  std::vector<std::string> townships;
  for (const division::Division& each : division.subtree()) {
    if (each.level() == partition_level_) townships.emplace_back(each.code());
  }
  return townships;
}

absl::StatusOr<v1::ListCasesResponse> CaseLists::List(const v1::ListCasesRequest& request,
                                                      const rpc::Caller& caller) const {
  const auto division = desk_.divisions().Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  const auto set = desk_.procedures().current();
  const std::vector<std::string> townships = TownshipsOf(*division);
  const int level = desk_.ActorOf(caller).level;
  const size_t wanted = static_cast<size_t>(
      request.page_size() <= 0 ? kUsualPage : std::min(request.page_size(), kMaxPage));
  // The token: number of the township, then where to go on in it; bound to the filter.
  const std::string filter =
      absl::StrCat(request.division(), "|", request.procedure(), "|", request.step(), "|",
                   request.waiting_for_me(), request.ended());
  size_t at = 0;
  std::string after;
  if (!request.page_token().empty()) {
    std::string token;
    if (!absl::WebSafeBase64Unescape(request.page_token(), &token)) {
      return Refuse("PAGE_TOKEN_INVALID", "page_token");
    }
    const std::vector<std::string> parts = absl::StrSplit(token, absl::MaxSplits('\n', 2));
    if (parts.size() != 3 || parts[0] != filter || !absl::SimpleAtoi(parts[1], &at) ||
        at >= townships.size()) {
      return Refuse("PAGE_TOKEN_INVALID", "page_token");
    }
    after = parts[2];
  }
  v1::ListCasesResponse response;
  const auto stop = [&] {
    response.set_next_page_token(
        absl::WebSafeBase64Escape(absl::StrCat(filter, "\n", at, "\n", after)));
    return response;
  };
  int scanned = 0;
  for (; at < townships.size(); ++at, after.clear()) {
    do {
      const size_t missing = wanted - static_cast<size_t>(response.cases_size());
      if (missing == 0 || scanned >= kMaxScan) return stop();
      // Never more than fit: where a page ends is where the next begins.
      const int limit = static_cast<int>(std::min<size_t>(missing, kScan));
      ASSIGN_OR_RETURN(const CasePage page,
                       desk_.cases().Due(townships[at], request.ended(), after, limit));
      scanned += static_cast<int>(page.ids.size());
      for (const std::string& id : page.ids) {
        const auto open = desk_.cases().Get(id);
        if (!open.ok()) continue;
        const store::StoredCase& stored = open->stored;
        if (!desk_.divisions().Reaches(request.division(), stored.division()) ||
            (!request.procedure().empty() && stored.procedure() != request.procedure()) ||
            (!request.step().empty() && stored.step() != request.step())) {
          continue;
        }
        if (request.waiting_for_me()) {
          const auto* procedure = set->Find(stored.procedure(), stored.procedure_version());
          const auto step =
              procedure == nullptr ? std::nullopt : procedure->FindStep(stored.step());
          if (!step || WorkersOf(*procedure, procedure->steps[*step]).count(level) == 0) continue;
        }
        ASSIGN_OR_RETURN(v1::CaseRow row, desk_.Row(*open, *set));
        RETURN_IF_ERROR(desk_.AddScore(stored.household(), &row));
        *response.add_cases() = std::move(row);
      }
      after = page.next;
    } while (!after.empty());
  }
  return response;
}

absl::StatusOr<v1::ListHouseholdCasesResponse> CaseLists::OfHousehold(
    const std::string& name) const {
  ASSIGN_OR_RETURN(const std::string household, ParseHouseholdName(name));
  ASSIGN_OR_RETURN(const auto cases, desk_.cases().OfHousehold(household));
  const auto set = desk_.procedures().current();
  v1::ListHouseholdCasesResponse response;
  for (const OpenCase& open : cases) {
    ASSIGN_OR_RETURN(v1::CaseRow row, desk_.Row(open, *set));
    RETURN_IF_ERROR(desk_.AddScore(household, &row));
    *response.add_cases() = std::move(row);
  }
  return response;
}

absl::StatusOr<v1::CountCasesResponse> CaseLists::Count(const std::string& code,
                                                        const rpc::Caller& caller) const {
  const auto division = desk_.divisions().Find(code);
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  const auto set = desk_.procedures().current();
  const int level = desk_.ActorOf(caller).level;
  std::map<std::pair<std::string, std::string>, int64_t> sums;
  for (const std::string& township : TownshipsOf(*division)) {
    ASSIGN_OR_RETURN(const auto counts, desk_.cases().Counts(township));
    for (const CaseStore::Count& count : counts) {
      if (!desk_.divisions().Reaches(code, count.division)) continue;
      sums[{count.procedure, count.step}] += count.count;
    }
  }
  v1::CountCasesResponse response;
  // In the order of the procedures' steps; versions of one procedure count together.
  std::set<std::string> told;
  for (const procedure::Procedure& procedure : set->procedures()) {
    for (const procedure::Step& step : procedure.steps) {
      const auto sum = sums.find({procedure.id, step.id});
      if (sum == sums.end() || !told.insert(absl::StrCat(procedure.id, " ", step.id)).second) {
        continue;
      }
      v1::StepCount* out = response.add_steps();
      out->set_procedure(procedure.id);
      out->set_procedure_zh(procedure.name.zh);
      out->set_procedure_en(procedure.name.en);
      out->set_step(step.id);
      out->set_step_zh(step.name.zh);
      out->set_step_en(step.name.en);
      out->set_case_count(sum->second);
      out->set_mine(WorkersOf(procedure, step).count(level) > 0);
      if (step.end) out->set_outcome(static_cast<fupin::procedure::v1::Outcome>(*step.end));
    }
  }
  return response;
}

absl::StatusOr<v1::ListCaseEventsResponse> CaseLists::Events(const std::string& id) const {
  ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(id, /*judge=*/false));
  ASSIGN_OR_RETURN(const auto events, desk_.cases().Events(id));
  v1::ListCaseEventsResponse response;
  const auto step_of = [&](const std::string& step) -> const procedure::Step* {
    const auto found = at.procedure->FindStep(step);
    return found ? &at.procedure->steps[*found] : nullptr;
  };
  for (const CaseStore::LoggedEvent& event : events) {
    v1::CaseEvent* out = response.add_events();
    *out->mutable_time() = ToTimestampMs(event.stored.time_ms());
    out->set_kind(event.stored.kind());
    out->set_action(event.stored.action());
    out->set_from_step(event.stored.from_step());
    out->set_to_step(event.stored.to_step());
    if (const auto* from = step_of(event.stored.from_step())) {
      out->set_from_step_zh(from->name.zh);
      out->set_from_step_en(from->name.en);
      if (const auto* action = from->FindAction(event.stored.action())) {
        out->set_action_zh(action->name.zh);
        out->set_action_en(action->name.en);
      }
    }
    if (const auto* to = step_of(event.stored.to_step())) {
      out->set_to_step_zh(to->name.zh);
      out->set_to_step_en(to->name.en);
    }
    out->set_actor(event.stored.actor());
    out->set_actor_role(event.stored.actor_level());
    out->set_reason(event.reason);
    out->set_evidence(event.stored.evidence());
  }
  return response;
}

absl::StatusOr<v1::CaseFile> CaseLists::File(const std::string& id, const std::string& file) const {
  ASSIGN_OR_RETURN(const auto events, desk_.cases().Events(id));
  const bool named =
      std::any_of(events.begin(), events.end(), [&](const CaseStore::LoggedEvent& event) {
        const std::vector<absl::string_view> words = absl::StrSplit(event.stored.evidence(), ' ');
        return std::find(words.begin(), words.end(), file) != words.end();
      });
  absl::string_view blob = file;
  if (!named || !absl::ConsumePrefix(&blob, "blobs/")) return Refuse("FILE_NOT_FOUND", "file");
  v1::CaseFile out;
  ASSIGN_OR_RETURN(*out.mutable_content(), desk_.cases().Blob(std::string(blob)));
  out.set_media_type(MediaTypeOf(out.content()));
  return out;
}

}  // namespace fupin::identification
