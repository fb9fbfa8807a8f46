// Facts of departments by subject, with how far every feed has been applied. Safe for concurrent
// use.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_FACT_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_FACT_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/crypto/sealer.h"
#include "libs/feed/feed_consumer.h"
#include "libs/kv/store.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/records.pb.h"

namespace fupin::identification {

// A fact, opened. `stored.sealed_fields` says nothing here.
struct OpenFact {
  store::StoredFact stored;
  store::FactFields fields;
};

// A fact on its way in, with the event that brought it.
struct IncomingFact {
  std::string subject;    // 16 bytes
  std::string division;   // set when the subject is a division
  std::string record_id;  // 16 bytes
  OpenFact fact;
  std::string partition;  // of the producer
  int64_t sequence = 0;   // 0: from a snapshot
};

// The fields of facts and what is set aside are sealed here before they go to disk. Errors of
// opening one: DATA_LOSS / SEAL_BROKEN, FAILED_PRECONDITION / KEY_VERSION_UNKNOWN.
class FactStore {
 public:
  // `subjects` is shared with HouseholdStore: a link and a fact that meet must not miss each other.
  FactStore(kv::Store& kv, absl::Mutex& subjects, const crypto::Sealer& sealer)
      : kv_(kv), subjects_(subjects), sealer_(sealer) {}

  // Stores the facts that are newer than what is there, marks the households concerned for scoring
  // and moves the cursor of each shard, shard by shard in one batch each: an event has its effect
  // once, however often it comes.
  absl::StatusOr<std::vector<Mark>> Apply(const std::string& epoch,
                                          const std::vector<IncomingFact>& facts);

  absl::StatusOr<std::vector<OpenFact>> Of(const std::string& subject) const;

  absl::StatusOr<feed::Position> Position() const;
  absl::Status Save(const feed::Position& position);
  absl::Status Park(store::ParkedEvent event, const std::string& payload);
  absl::StatusOr<int64_t> ParkedCount() const;

 private:
  kv::Store& kv_;
  absl::Mutex& subjects_;
  const crypto::Sealer& sealer_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_FACT_STORE_H_
