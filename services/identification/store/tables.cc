#include "services/identification/store/tables.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/kv/store.h"
#include "libs/outbox/outbox.h"
#include "services/identification/domain/reasons.h"

namespace fupin::identification {

std::vector<std::string> Tables() {
  std::vector<std::string> tables = {
      kHouseholds,      kSurveys,      kRequests,       kByDivision, kByClass,    kUnlinked,
      kScores,          kScoreLog,     kValues,         kFindings,   kByRule,     kTotals,
      kCounters,        kFacts,        kLinks,          kQueue,      kApplied,    kPosition,
      kParked,          kFillings,     kAutomation,     kCases,      kCaseLog,    kCaseDue,
      kCaseCounts,      kCaseRequests, kHouseholdCases, kRegister,   kNotices,    kNoticesLive,
      kObjections,      kBlobs,        kCaseLinks,      kBatches,    kWatchQueue, kSuggestions,
      kSuggestionsOpen, kChanges,      kTransfers,      kExitTests,  kExitSamples};
  for (std::string& table : outbox::Tables()) tables.push_back(std::move(table));
  return tables;
}

std::string HouseholdPartition(absl::string_view household_id) {
  return TownshipPartition(household_id.substr(0, household_id.rfind('-')));
}

std::string TownshipPartition(absl::string_view township) { return absl::StrCat("h/", township); }

std::string TownshipOf(absl::string_view id) { return std::string(id.substr(0, id.rfind('-'))); }

std::string SubjectPartition(absl::string_view subject) {
  return absl::StrCat("s/", absl::BytesToHexString(subject.substr(0, 1)));
}

std::string Joined(absl::string_view a, absl::string_view b) {
  return absl::StrCat(a, absl::string_view("\0", 1), b);
}

std::string Versioned(absl::string_view id, int64_t version) {
  std::string key = Joined(id, "");
  kv::AppendU64(&key, static_cast<uint64_t>(version));
  return key;
}

std::string ClassKey(int poverty_class, absl::string_view division, absl::string_view id) {
  return absl::StrCat(std::string(1, static_cast<char>(poverty_class)), Joined(division, id));
}

std::string FactKey(absl::string_view subject, absl::string_view dataset,
                    absl::string_view record) {
  return absl::StrCat(subject, Joined(dataset, record));
}

std::string HouseholdName(absl::string_view id) { return absl::StrCat("households/", id); }

absl::StatusOr<std::string> ParseHouseholdName(absl::string_view name) {
  static constexpr absl::string_view kPrefix = "households/";
  const absl::string_view id =
      name.substr(0, kPrefix.size()) == kPrefix ? name.substr(kPrefix.size()) : "";
  const bool shaped = id.size() <= 64 && id.find('-') != absl::string_view::npos &&
                      id.find('-') > 0 && std::all_of(id.begin(), id.end(), [](char c) {
                        return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
                      });
  if (!shaped) return Refuse("HOUSEHOLD_NAME_INVALID", "name");
  return std::string(id);
}

}  // namespace fupin::identification
