#include "services/identification/store/suggestion_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr char kReason[] = "reason";

std::string OpenKey(const store::StoredSuggestion& stored, const std::string& id) {
  std::string key;
  kv::AppendU64(&key, static_cast<uint64_t>(stored.create_ms()));
  return key + id;
}

}  // namespace

std::string OpenSuggestion::id() const { return absl::StrCat(household, ".", number); }

absl::StatusOr<OpenSuggestion> SuggestionStore::Get(const std::string& id) const {
  OpenSuggestion suggestion;
  const size_t dot = id.rfind('.');
  const auto household =
      ParseHouseholdName(HouseholdName(id.substr(0, dot == std::string::npos ? 0 : dot)));
  if (!household.ok() || !absl::SimpleAtoi(id.substr(dot + 1), &suggestion.number) ||
      suggestion.number < 1) {
    return Refuse("SUGGESTION_NOT_FOUND", "name");
  }
  suggestion.household = *household;
  ASSIGN_OR_RETURN(auto value, kv_.Get(kSuggestions, HouseholdPartition(*household),
                                       Versioned(*household, suggestion.number)));
  if (!value || suggestion.id() != id) return Refuse("SUGGESTION_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(suggestion.stored, kv::Decode<store::StoredSuggestion>(*value));
  suggestion.row = *std::move(value);
  return suggestion;
}

absl::StatusOr<std::vector<OpenSuggestion>> SuggestionStore::OfHousehold(
    const std::string& household) const {
  const std::string prefix = Joined(household, "");
  std::vector<OpenSuggestion> suggestions;
  std::string begin = prefix;
  do {
    ASSIGN_OR_RETURN(kv::Page page, kv_.Scan(kSuggestions, HouseholdPartition(household), begin,
                                             kv::PrefixEnd(prefix), kv::kMaxPageRows));
    for (kv::Row& row : page.rows) {
      OpenSuggestion suggestion;
      suggestion.household = household;
      suggestion.number = static_cast<int64_t>(kv::ReadU64(row.key.substr(prefix.size())));
      ASSIGN_OR_RETURN(suggestion.stored, kv::Decode<store::StoredSuggestion>(row.value));
      suggestion.row = std::move(row.value);
      suggestions.push_back(std::move(suggestion));
    }
    begin = page.next;
  } while (!begin.empty());
  return suggestions;
}

void SuggestionStore::Fill(const OpenSuggestion& before, store::StoredSuggestion next,
                           kv::Batch* batch) {
  const std::string key = Versioned(before.household, before.number);
  if (before.row.empty()) {
    batch->ExpectAbsent(kSuggestions, key);
  } else {
    batch->ExpectEquals(kSuggestions, key, before.row);
  }
  next.set_change_count(next.change_count() + 1);
  const std::string open = OpenKey(next, before.id());
  if (next.state() == kSuggestionOpen) {
    batch->Put(kSuggestionsOpen, open, "");
  } else {
    batch->Delete(kSuggestionsOpen, open);
  }
  batch->Put(kSuggestions, key, kv::Encode(next));
}

absl::StatusOr<std::vector<std::string>> SuggestionStore::Open(const std::string& township,
                                                               const std::string& after,
                                                               int limit) const {
  const std::string begin = after.empty() ? after : after + '\0';
  ASSIGN_OR_RETURN(const kv::Page page,
                   kv_.Scan(kSuggestionsOpen, TownshipPartition(township), begin, "", limit));
  std::vector<std::string> keys;
  for (const kv::Row& row : page.rows) keys.push_back(row.key);
  return keys;
}

std::string SuggestionStore::IdOfOpen(const std::string& key) {
  return key.size() > 8 ? key.substr(8) : "";
}

absl::StatusOr<std::string> SuggestionStore::SealReason(const std::string& id,
                                                        const std::string& reason) const {
  return sealer_.Seal({kSuggestions, HouseholdPartition(id), id, kReason}, reason);
}

absl::StatusOr<std::string> SuggestionStore::ReasonOf(const OpenSuggestion& suggestion) const {
  if (suggestion.stored.sealed_reason().empty()) return std::string();
  const std::string id = suggestion.id();
  return sealer_.Open({kSuggestions, HouseholdPartition(id), id, kReason},
                      suggestion.stored.sealed_reason());
}

}  // namespace fupin::identification
