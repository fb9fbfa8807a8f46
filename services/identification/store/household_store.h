// Surveys of households: every version, and the keys their persons are found by.
// Safe for concurrent use.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_HOUSEHOLD_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_HOUSEHOLD_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/kv/store.h"
#include "services/identification/store/records.pb.h"

namespace fupin::identification {

// A row of the queue: something happened to `id` (a household, or "@" + division for all households
// of a place), written in `shard` together with what happened.
struct Mark {
  std::string shard;
  std::string id;
};

class HouseholdStore {
 public:
  HouseholdStore(kv::Store& kv, absl::Mutex& subjects) : kv_(kv), subjects_(subjects) {}

  // NOT_FOUND / HOUSEHOLD_NOT_FOUND.
  absl::StatusOr<store::StoredHousehold> Get(const std::string& id) const;
  absl::StatusOr<std::optional<store::StoredHousehold>> Find(const std::string& id) const;

  absl::StatusOr<std::optional<store::StoredRequest>> Request(const std::string& township,
                                                              const std::string& request_id) const;
  // Stores `next` as the newest version and `request` as answered, in one batch, and leaves a note
  // that its persons are not linked yet. ABORTED: another version came in between; decide again.
  absl::Status Append(const std::string& id, const std::optional<store::StoredHousehold>& before,
                      const store::StoredHousehold& next, const std::string& request_id,
                      const store::StoredRequest& request);

  // Makes the links of the household's subjects what the survey says, marks every household that
  // shares a person with it for scoring, and takes the note away. Harmless to repeat.
  absl::StatusOr<std::vector<Mark>> Link(const std::string& id);
  // Households whose note is still there (after a crash).
  absl::StatusOr<std::vector<std::string>> Unlinked() const;

  // Households that name this subject.
  absl::StatusOr<std::vector<std::string>> LinkedTo(const std::string& subject) const;

  // Ids of a village's households after `after`, at most `limit`.
  absl::StatusOr<std::vector<std::string>> InVillage(const std::string& township,
                                                     const std::string& village,
                                                     const std::string& after, int limit) const;

 private:
  kv::Store& kv_;
  absl::Mutex& subjects_;  // held while links are read and what follows from them is written
};

// Puts a mark into the batch's shard, with a stamp of its own, so that it can later be taken away
// only if nobody marked again.
Mark Enqueue(kv::Batch& batch, const std::string& id);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_HOUSEHOLD_STORE_H_
