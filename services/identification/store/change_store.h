// Natural changes of households. All households of one change lie in one township and change in one
// batch: versions, what changed, register, events, answered request.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_CHANGE_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_CHANGE_STORE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fupin/identification/v1/case_service.pb.h"
#include "fupin/identification/v1/household_change_service.pb.h"
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"
#include "libs/outbox/outbox.h"
#include "services/identification/store/case_records.pb.h"
#include "services/identification/store/change_records.pb.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/watch_queue.h"

namespace fupin::identification {

struct OpenChange {
  store::StoredChange stored;
  store::ChangeText text;
};

// A registration as it stands.
struct RegisterRow {
  std::optional<store::StoredRegistration> stored;
  std::optional<std::string> row;
};

// What one change makes of one household.
struct ChangedHousehold {
  std::string id;
  std::optional<OpenHousehold> before;
  OpenHousehold next;
  OpenChange change;
  // Written in place of what `known` says, when it changes.
  RegisterRow known;
  std::optional<store::StoredRegistration> registration;
  std::optional<v1::CaseMoved> moved;  // told with it
};

// A household that leaves its township: kept beside the change until it has arrived elsewhere.
struct Transfer {
  std::string from;  // household
  std::string to;    // household
  OpenHousehold household;
  OpenChange change;
  std::optional<store::StoredRegistration> registration;
};

// Safe for concurrent use. What is told of persons is sealed here before it goes to disk.
class ChangeStore {
 public:
  ChangeStore(kv::Store& kv, outbox::Outbox& outbox, const crypto::Sealer& sealer,
              const HouseholdStore& households, WatchQueue& watch)
      : kv_(kv), outbox_(outbox), sealer_(sealer), households_(households), watch_(watch) {}

  // ABORTED / HOUSEHOLD_MOVED: another version or status came in meanwhile; nothing was written.
  // `request_id` empty: no request is answered. The persons are to be linked afterwards.
  absl::Status Commit(const std::vector<ChangedHousehold>& changed, const std::string& request_id,
                      const store::StoredRequest& request, const std::optional<Transfer>& transfer);

  // Oldest first.
  absl::StatusOr<std::vector<OpenChange>> Of(const std::string& household) const;
  absl::StatusOr<std::optional<OpenChange>> Find(const std::string& household,
                                                 int64_t version) const;
  absl::StatusOr<std::optional<OpenHousehold>> Version(const std::string& household,
                                                       int64_t version) const;
  absl::StatusOr<RegisterRow> Registration(const std::string& household) const;

  // Transfers that have not arrived.
  absl::StatusOr<std::vector<Transfer>> Transfers() const;
  absl::Status Arrived(const Transfer& transfer);

 private:
  absl::StatusOr<OpenChange> Open(const char* table, const std::string& partition,
                                  const std::string& key, store::StoredChange stored) const;

  kv::Store& kv_;
  outbox::Outbox& outbox_;
  const crypto::Sealer& sealer_;
  const HouseholdStore& households_;
  WatchQueue& watch_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_CHANGE_STORE_H_
