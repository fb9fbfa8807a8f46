// Suggestions (线索) about households, each in its household's partition.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_SUGGESTION_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_SUGGESTION_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"
#include "services/identification/store/watch_records.pb.h"

namespace fupin::identification {

// Suggestion.State, as stored.
inline constexpr int kSuggestionOpen = 1;
inline constexpr int kSuggestionTakenUp = 2;
inline constexpr int kSuggestionDismissed = 3;
inline constexpr int kSuggestionLapsed = 4;

struct OpenSuggestion {
  std::string household;
  int64_t number = 0;  // of the household's suggestions, from 1
  store::StoredSuggestion stored;
  std::string row;  // as it is stored; empty: not yet
  // "<household>.<number>"; TownshipOf tells its unit.
  std::string id() const;
};

// Safe for concurrent use. Reasons are sealed here before they go to disk. Errors of opening one:
// DATA_LOSS / SEAL_BROKEN, FAILED_PRECONDITION / KEY_VERSION_UNKNOWN.
class SuggestionStore {
 public:
  SuggestionStore(kv::Store& kv, const crypto::Sealer& sealer) : kv_(kv), sealer_(sealer) {}

  // NOT_FOUND / SUGGESTION_NOT_FOUND; also for anything that is no id.
  absl::StatusOr<OpenSuggestion> Get(const std::string& id) const;
  // Oldest first.
  absl::StatusOr<std::vector<OpenSuggestion>> OfHousehold(const std::string& household) const;

  // Writes `next` in place of `before` into a batch of its partition and keeps the index of open
  // ones; `next` counts one change more. The commit is ABORTED when `before` is no longer so.
  static void Fill(const OpenSuggestion& before, store::StoredSuggestion next, kv::Batch* batch);

  // Keys of open suggestions of a township after `after`, oldest first; see IdOfOpen. The keys of
  // all townships sort together.
  absl::StatusOr<std::vector<std::string>> Open(const std::string& township,
                                                const std::string& after, int limit) const;
  static std::string IdOfOpen(const std::string& key);

  absl::StatusOr<std::string> SealReason(const std::string& id, const std::string& reason) const;
  absl::StatusOr<std::string> ReasonOf(const OpenSuggestion& suggestion) const;

 private:
  kv::Store& kv_;
  const crypto::Sealer& sealer_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_SUGGESTION_STORE_H_
