// Cases, what happened to them, and where households stand in the register. One change of a case is
// one batch: case, event, indexes, counts, register and feed stand or fall together.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_CASE_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_CASE_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fupin/identification/v1/case_service.pb.h"
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"
#include "libs/outbox/outbox.h"
#include "services/identification/store/case_records.pb.h"
#include "services/identification/store/watch_queue.h"

namespace fupin::identification {

struct OpenCase {
  std::string id;
  store::StoredCase stored;
  std::string row;  // as it is stored; empty: not yet
};

// What happened, in words of their own kept apart because they are sealed.
struct NewCaseEvent {
  store::StoredCaseEvent stored;
  std::string reason;
};

struct CaseChange {
  OpenCase before;  // with an empty row for a new case
  store::StoredCase after;
  std::vector<NewCaseEvent> events;
  std::optional<v1::CaseMoved> moved;
  // Of the household of the case.
  std::optional<store::StoredRegistration> registration;
  // Further rows of the same partition, e.g. an answered request, a notice, and what must still be
  // so for the change to be made.
  std::vector<kv::Batch::Write> more;
  std::vector<kv::Batch::Expect> expect;
};

struct CasePage {
  std::vector<std::string> ids;
  std::string next;
};

// Safe for concurrent use. Names of sealed values: see case_records.proto. Errors of opening one:
// DATA_LOSS / SEAL_BROKEN, FAILED_PRECONDITION / KEY_VERSION_UNKNOWN.
class CaseStore {
 public:
  // `watch` (null: nobody watches) gets a mark for every household whose status changes or
  // whose case ends.
  CaseStore(kv::Store& kv, outbox::Outbox& outbox, const crypto::Sealer& sealer,
            WatchQueue* watch = nullptr)
      : kv_(kv), outbox_(outbox), sealer_(sealer), watch_(watch) {}

  // NOT_FOUND / CASE_NOT_FOUND; also for anything that is no id.
  absl::StatusOr<OpenCase> Get(const std::string& id) const;
  // Cases of one township together, all with one sync. ABORTED / CASE_MOVED for those that changed
  // since they were read; the others are stored. In the order given.
  std::vector<absl::Status> Commit(const std::string& township,
                                   const std::vector<CaseChange>& changes);

  // Open (or ended) cases of a township, those due (or ended) first; `after` is CasePage::next.
  absl::StatusOr<CasePage> Due(const std::string& township, bool ended, const std::string& after,
                               int limit) const;
  // Cases of a household, oldest first.
  absl::StatusOr<std::vector<OpenCase>> OfHousehold(const std::string& household) const;
  struct Count {
    std::string procedure;
    std::string step;
    std::string division;
    int64_t count;
  };
  absl::StatusOr<std::vector<Count>> Counts(const std::string& township) const;
  struct LoggedEvent {
    store::StoredCaseEvent stored;
    std::string reason;
  };
  absl::StatusOr<std::vector<LoggedEvent>> Events(const std::string& id) const;

  absl::StatusOr<std::optional<store::StoredRegistration>> Registration(
      const std::string& household) const;

  absl::StatusOr<std::optional<store::StoredCaseRequest>> Request(
      const std::string& township, const std::string& request_id) const;

  // The newest case of a person or household. A link to a case that does not exist is none.
  absl::StatusOr<std::string> CaseOf(const std::string& subject) const;
  // Makes `id` the newest one unless it is no longer `before`. ABORTED / CASE_MOVED.
  absl::Status Link(const std::string& subject, const std::string& before, const std::string& id);

  // Texts and photos of a case, notice or objection, sealed.
  absl::StatusOr<std::string> Seal(const char* table, const std::string& id, const char* field,
                                   absl::string_view text) const;
  absl::StatusOr<std::string> Unseal(const char* table, const std::string& id, const char* field,
                                     absl::string_view sealed) const;
  // A photo in pieces; `id` begins with the township. Written before what names it.
  absl::Status PutBlob(const std::string& id, absl::string_view bytes);
  absl::StatusOr<std::string> Blob(const std::string& id) const;

 private:
  absl::Status Fill(const CaseChange& change, kv::Batch* batch) const;

  kv::Store& kv_;
  outbox::Outbox& outbox_;
  const crypto::Sealer& sealer_;
  WatchQueue* const watch_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_CASE_STORE_H_
