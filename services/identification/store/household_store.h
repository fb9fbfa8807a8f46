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
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"
#include "services/identification/store/records.pb.h"

namespace fupin::identification {

// A row of the queue: something happened to `id` (a household, or "@" + division for all households
// of a place), written in `shard` together with what happened.
struct Mark {
  std::string shard;
  std::string id;
};

// A version of a household, opened. `stored.sealed_survey` says nothing here.
struct OpenHousehold {
  store::StoredHousehold stored;
  v1::Survey survey;
};

// Surveys are sealed here before they go to disk. Errors of opening one: DATA_LOSS / SEAL_BROKEN,
// FAILED_PRECONDITION / KEY_VERSION_UNKNOWN.
class HouseholdStore {
 public:
  HouseholdStore(kv::Store& kv, absl::Mutex& subjects, const crypto::Sealer& sealer)
      : kv_(kv), subjects_(subjects), sealer_(sealer) {}

  // NOT_FOUND / HOUSEHOLD_NOT_FOUND.
  absl::StatusOr<OpenHousehold> Get(const std::string& id) const;
  absl::StatusOr<std::optional<OpenHousehold>> Find(const std::string& id) const;

  absl::StatusOr<std::optional<store::StoredRequest>> Request(const std::string& township,
                                                              const std::string& request_id) const;
  // Stores `next` as the newest version and `request` as answered, in one batch, and leaves a note
  // that its persons are not linked yet. `next` counts one version more than `before`. ABORTED:
  // another version came in between; decide again. SURVEY_TOO_LARGE.
  absl::Status Append(const std::string& id, const std::optional<OpenHousehold>& before,
                      const OpenHousehold& next, const std::string& request_id,
                      const store::StoredRequest& request);
  // The rows of that, without the request, into a batch of the household's partition.
  absl::Status Fill(const std::string& id, const std::optional<OpenHousehold>& before,
                    const OpenHousehold& next, kv::Batch* batch) const;

  // Whether it has a status in the register.
  absl::StatusOr<bool> InRegister(const std::string& id) const;

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
  absl::StatusOr<std::optional<store::StoredHousehold>> Stored(const std::string& id) const;
  // The row of `key`, sealed for it.
  absl::StatusOr<std::string> Seal(const char* table, const std::string& id, const std::string& key,
                                   const OpenHousehold& household) const;

  kv::Store& kv_;
  absl::Mutex& subjects_;  // held while links are read and what follows from them is written
  const crypto::Sealer& sealer_;
};

// A stamp that no other call of any process life gives again.
std::string NewStamp();

// Puts a mark into the batch's shard, with a stamp of its own, so that it can later be taken away
// only if nobody marked again.
Mark Enqueue(kv::Batch& batch, const std::string& id);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_HOUSEHOLD_STORE_H_
