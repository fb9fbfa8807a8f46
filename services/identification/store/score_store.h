// Scores, findings and the counts over them. One decision about a household is one batch: score,
// values, findings, indexes, counts and event stand or fall together. Safe for concurrent use.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_SCORE_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_SCORE_STORE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"
#include "libs/outbox/outbox.h"
#include "services/identification/store/records.pb.h"
#include "services/identification/store/watch_queue.h"

namespace fupin::identification {

// A finding, opened.
struct OpenFinding {
  v1::Finding finding;
  std::string values_hash;  // a settled finding opens again when the values behind it change
};

// What scoring and cross-check say of one household now.
struct Evaluation {
  std::string household;  // id
  std::string division;
  int person_count = 0;
  // Nobody lives in it any more: it is counted nowhere from now on; the rest says nothing.
  bool closed = false;
  v1::Score score;     // without version and time
  std::string values;  // value row
  store::StoredFillings fillings;
  // Findings that hold now, by finding id; state and times are the store's business.
  std::map<std::string, OpenFinding> findings;
};

// What a finding tells of persons is sealed here before it goes to disk; scores and value rows hold
// no identity and stay as they are. Errors of opening a finding: DATA_LOSS / SEAL_BROKEN,
// FAILED_PRECONDITION / KEY_VERSION_UNKNOWN.
class ScoreStore {
 public:
  // `watch` (null: nobody watches) gets a mark, in the batch of what happened, for every household
  // whose class changed, and also when score or findings did for those that are in the register or
  // ever had a suggestion.
  ScoreStore(kv::Store& kv, outbox::Outbox& outbox, const crypto::Sealer& sealer,
             WatchQueue* watch = nullptr)
      : kv_(kv), outbox_(outbox), sealer_(sealer), watch_(watch) {}

  struct Outcome {
    bool changed = false;
    v1::PovertyClass before = v1::POVERTY_CLASS_UNSPECIFIED;
    v1::PovertyClass after = v1::POVERTY_CLASS_UNSPECIFIED;
  };
  // Stores the evaluations whose score or findings differ from what is stored, all with one sync.
  // Results in the order given. All households must be of one township.
  absl::StatusOr<std::vector<Outcome>> Store(const std::vector<Evaluation>& evaluations,
                                             absl::Time now);

  absl::StatusOr<std::optional<store::StoredScore>> Find(const std::string& id) const;
  absl::StatusOr<std::optional<std::string>> Values(const std::string& id) const;
  absl::StatusOr<std::optional<store::StoredFillings>> Fillings(const std::string& id) const;
  // Newest first.
  absl::StatusOr<std::vector<v1::Score>> Log(const std::string& id) const;

  // By finding id.
  absl::StatusOr<std::map<std::string, OpenFinding>> Findings(const std::string& id) const;
  // Settles an open finding. FINDING_NOT_FOUND, FINDING_CLOSED.
  absl::StatusOr<v1::Finding> Resolve(const std::string& id, const std::string& finding,
                                      v1::Resolution resolution, const std::string& resolver,
                                      const std::string& note, absl::Time now);

  absl::StatusOr<store::StoredTotals> Totals(const std::string& township,
                                             const std::string& division) const;
  absl::StatusOr<store::StoredCounters> Counters(const std::string& township) const;

 private:
  // Marks the household when it is one to be watched for this.
  absl::Status Watch(const std::string& id, bool class_changed, kv::Batch* batch,
                     std::vector<std::string>* marked) const;
  // The rows of a household that closes: findings cleared, indexes and values gone.
  absl::Status Close(const std::string& id, const store::StoredScore& before,
                     const std::map<std::string, OpenFinding>& known,
                     const std::map<std::string, OpenFinding>& cleared, absl::Time now,
                     store::StoredCounters* counters, kv::Batch* batch) const;
  // The row of `key`, sealed for it.
  absl::StatusOr<std::string> Seal(const std::string& partition, const std::string& key,
                                   const OpenFinding& finding) const;

  kv::Store& kv_;
  outbox::Outbox& outbox_;
  const crypto::Sealer& sealer_;
  WatchQueue* const watch_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_SCORE_STORE_H_
