#include "services/identification/server/listings.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/mask/mask.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr int kDefaultPage = 50;
constexpr int kMaxPage = 500;
// Rows looked at for one page, so that a rare filter answers in bounded time with a short page.
constexpr int kMaxLooked = 20'000;

crypto::SealPlace PlaceOf(const std::string& bound_to) { return {"pages", bound_to, "", "token"}; }

}  // namespace

int Listings::PageSize(int asked) { return asked <= 0 ? kDefaultPage : std::min(asked, kMaxPage); }

absl::StatusOr<std::string> Listings::Token(const std::string& bound_to, size_t unit,
                                            const std::string& key) const {
  ASSIGN_OR_RETURN(const std::string sealed,
                   sealer_.Seal(PlaceOf(bound_to), absl::StrCat(unit, "\x1e", key)));
  return absl::WebSafeBase64Escape(sealed);
}

absl::StatusOr<std::string> Listings::Walk(
    const division::Division& division, const std::string& table, const std::string& prefix,
    const std::string& token, const std::string& bound_to, int size,
    const std::function<absl::StatusOr<bool>(const std::string& key)>& take) const {
  size_t unit = 0;
  std::string begin;
  if (!token.empty()) {
    std::string sealed;
    if (!absl::WebSafeBase64Unescape(token, &sealed)) {
      return Refuse("PAGE_TOKEN_INVALID", "page_token");
    }
    const auto text = sealer_.Open(PlaceOf(bound_to), sealed);
    if (!text.ok()) return Refuse("PAGE_TOKEN_INVALID", "page_token");
    const std::vector<std::string> parts = absl::StrSplit(*text, absl::MaxSplits('\x1e', 1));
    if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &unit) ||
        !absl::StartsWith(parts[1], prefix)) {
      return Refuse("PAGE_TOKEN_INVALID", "page_token");
    }
    begin = parts[1];
  }
  // The units the division consists of, or the one it lies in.
  std::vector<std::string> units;
  if (const auto above = division.AncestorAt(partition_level_)) {
    units.emplace_back(above->code());
  } else {
    for (const division::Division& part : division.subtree()) {
      if (part.level() == partition_level_) units.emplace_back(part.code());
    }
  }
  int taken = 0;
  int looked = 0;
  for (; unit < units.size(); ++unit, begin.clear()) {
    while (true) {
      ASSIGN_OR_RETURN(const kv::Page page,
                       kv_.Scan(table, TownshipPartition(units[unit]),
                                begin.empty() ? prefix : begin, kv::PrefixEnd(prefix), 200));
      for (const kv::Row& row : page.rows) {
        if (taken == size || looked == kMaxLooked) return Token(bound_to, unit, row.key);
        ++looked;
        ASSIGN_OR_RETURN(const bool counts, take(row.key));
        taken += counts ? 1 : 0;
      }
      if (page.next.empty()) break;
      begin = page.next;
    }
  }
  return std::string();
}

absl::StatusOr<v1::HouseholdSummary> Listings::Summary(const std::string& id) const {
  ASSIGN_OR_RETURN(const auto household, households_.Get(id));
  v1::HouseholdSummary summary;
  summary.set_name(HouseholdName(id));
  summary.set_division(household.survey.division());
  if (const auto division = divisions_->Find(summary.division())) {
    for (const division::Division& part : division->Path()) {
      summary.add_division_names(std::string(part.name()));
    }
  }
  summary.set_member_count(household.survey.members_size());
  for (const v1::SurveyMember& member : household.survey.members()) {
    if (member.relation() == "02") summary.set_head_name_masked(mask::Name(member.name()));
  }
  ASSIGN_OR_RETURN(const auto score, scores_.Find(id));
  if (score) {
    *summary.mutable_score() = score->score();
    summary.set_open_finding_count(score->open_finding_count());
  }
  return summary;
}

absl::StatusOr<v1::ListHouseholdsResponse> Listings::Households(
    const v1::ListHouseholdsRequest& request) const {
  const auto division = divisions_->Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  v1::ListHouseholdsResponse response;
  const std::string bound_to = absl::StrCat("households/", request.division(), "/",
                                            request.poverty_class(), "/", request.finding_rule());
  // By finding when asked for, else by class when asked for, else by division: the narrowest index.
  const bool by_rule = !request.finding_rule().empty();
  const bool by_class = !by_rule && request.poverty_class() != v1::POVERTY_CLASS_UNSPECIFIED;
  const std::string table = by_rule ? kByRule : by_class ? kByClass : kByDivision;
  const std::string prefix = by_rule    ? Joined(request.finding_rule(), "")
                             : by_class ? std::string(1, static_cast<char>(request.poverty_class()))
                                        : "";
  std::string last;
  ASSIGN_OR_RETURN(
      const std::string next,
      Walk(*division, table, prefix, request.page_token(), bound_to, PageSize(request.page_size()),
           [&](const std::string& key) -> absl::StatusOr<bool> {
             const std::vector<std::string> parts = absl::StrSplit(key, '\0');
             const std::string& id = parts[1];
             if (id == last) return false;  // another finding of the same household
             ASSIGN_OR_RETURN(v1::HouseholdSummary summary, Summary(id));
             const auto place = divisions_->Find(summary.division());
             if (!place || !place->IsUnder(*division)) return false;
             if (by_rule && request.poverty_class() != v1::POVERTY_CLASS_UNSPECIFIED &&
                 summary.score().poverty_class() != request.poverty_class()) {
               return false;
             }
             last = id;
             *response.add_households() = std::move(summary);
             return true;
           }));
  response.set_next_page_token(next);
  return response;
}

absl::StatusOr<v1::ListFindingsResponse> Listings::Findings(
    const v1::ListFindingsRequest& request) const {
  const auto division = divisions_->Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  v1::ListFindingsResponse response;
  const v1::FindingState state =
      request.state() == v1::FINDING_STATE_UNSPECIFIED ? v1::FINDING_STATE_OPEN : request.state();
  const std::string bound_to =
      absl::StrCat("findings/", request.division(), "/", request.rule(), "/", state);
  // Open findings have an index by rule; the others are few and are looked through.
  const bool open = state == v1::FINDING_STATE_OPEN;
  const std::string prefix =
      open && !request.rule().empty() ? Joined(request.rule(), "") : std::string();
  ASSIGN_OR_RETURN(
      const std::string next,
      Walk(*division, open ? kByRule : kFindings, prefix, request.page_token(), bound_to,
           PageSize(request.page_size()), [&](const std::string& key) -> absl::StatusOr<bool> {
             const std::vector<std::string> parts = absl::StrSplit(key, '\0');
             const std::string& id = open ? parts[1] : parts[0];
             const std::string& finding_id = open ? parts[2] : parts[1];
             ASSIGN_OR_RETURN(const auto household, households_.Get(id));
             const auto place = divisions_->Find(household.survey.division());
             if (!place || !place->IsUnder(*division)) return false;
             ASSIGN_OR_RETURN(const auto findings, scores_.Findings(id));
             const auto found = findings.find(finding_id);
             if (found == findings.end() || found->second.finding.state() != state) return false;
             if (!request.rule().empty() && found->second.finding.rule() != request.rule()) {
               return false;
             }
             *response.add_findings() = found->second.finding;
             return true;
           }));
  response.set_next_page_token(next);
  return response;
}

}  // namespace fupin::identification
