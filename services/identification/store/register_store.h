// The register as a whole: entries read by township, and entries taken in from an earlier register.
// What a decision makes of an entry goes with its case, through CaseStore.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_REGISTER_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_REGISTER_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fupin/identification/v1/case_service.pb.h"
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"
#include "libs/outbox/outbox.h"
#include "services/identification/store/case_records.pb.h"
#include "services/identification/store/watch_queue.h"

namespace fupin::identification {

struct RegisterEntry {
  std::string id;   // household
  std::string row;  // as it is stored; empty: not yet
  store::StoredRegistration stored;
};

// Safe for concurrent use.
class RegisterStore {
 public:
  RegisterStore(kv::Store& kv, outbox::Outbox& outbox, const crypto::Sealer& sealer,
                WatchQueue& watch)
      : kv_(kv), outbox_(outbox), sealer_(sealer), watch_(watch) {}

  absl::StatusOr<std::optional<RegisterEntry>> Find(const std::string& household) const;
  // All entries of a township.
  absl::StatusOr<std::vector<RegisterEntry>> Of(const std::string& township) const;

  // An entry with its new content and what is told of it.
  struct Write {
    RegisterEntry entry;
    v1::CaseMoved moved;
  };
  // Stores entries of one township, those of one inner vector together or not at all. ABORTED when
  // one of them was changed since it was read; those before it are stored.
  absl::Status Commit(const std::string& township, const std::vector<std::vector<Write>>& writes);

  absl::StatusOr<std::string> SealHead(const std::string& household,
                                       const store::RegisteredHead& head) const;
  absl::StatusOr<store::RegisteredHead> Head(const RegisterEntry& entry) const;

 private:
  kv::Store& kv_;
  outbox::Outbox& outbox_;
  const crypto::Sealer& sealer_;
  WatchQueue& watch_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_REGISTER_STORE_H_
