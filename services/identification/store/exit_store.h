// Tests of counties' exits, and the households drawn for them.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_EXIT_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_EXIT_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"
#include "services/identification/store/exit_records.pb.h"

namespace fupin::identification {

struct OpenSampled {
  int number = 0;  // from 1
  store::StoredSampled stored;
  std::string row;
};

// A household as the frames see it.
struct FrameHousehold {
  std::string id;
  std::string status;  // of the register; empty: none
  int person_count = 0;
};

// Safe for concurrent use.
class ExitStore {
 public:
  ExitStore(kv::Store& kv, const crypto::Sealer& sealer) : kv_(kv), sealer_(sealer) {}

  // Households of a township that are not closed, by id.
  absl::StatusOr<std::vector<FrameHousehold>> Households(const std::string& township) const;

  // The sample first, then the test: a crash in between leaves no test.
  absl::Status Create(const std::string& id, const store::StoredExitTest& test,
                      const std::vector<store::StoredSampled>& sample);
  absl::StatusOr<std::optional<store::StoredExitTest>> Find(const std::string& id) const;
  // Every test, by id. There are few: a county has some a year.
  absl::StatusOr<std::vector<std::pair<std::string, store::StoredExitTest>>> All() const;
  // At most `limit` from number `from` on.
  absl::StatusOr<std::vector<OpenSampled>> Sample(const std::string& id, int from, int limit) const;
  // NOT_FOUND / EXIT_TEST_NOT_FOUND.
  absl::StatusOr<OpenSampled> Sampled(const std::string& id, int number) const;
  // ABORTED / EXIT_TEST_MOVED when the row is no longer as read.
  absl::Status Put(const std::string& id, const OpenSampled& before,
                   const store::StoredSampled& next);

  absl::StatusOr<std::string> SealNote(const std::string& id, int number, int visit,
                                       const std::string& note) const;
  absl::StatusOr<std::string> Note(const std::string& id, int number, int visit,
                                   const store::StoredVisit& stored) const;

 private:
  kv::Store& kv_;
  const crypto::Sealer& sealer_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_EXIT_STORE_H_
