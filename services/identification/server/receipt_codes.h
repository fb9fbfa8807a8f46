// Receipt numbers and the codes told with them. Whoever has both may see what they belong to.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_RECEIPT_CODES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_RECEIPT_CODES_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/identification/server/subjects.h"

namespace fupin::identification {

// Safe for concurrent use.
class ReceiptCodes {
 public:
  explicit ReceiptCodes(const Subjects& subjects) : subjects_(subjects) {}

  // "<township>-" and ten characters that nobody mistakes for each other: one of 10^15.
  static std::string NewReceipt(const std::string& township);
  static std::string NewCode();  // eight digits
  // As NewCode(), but the same again for a request that comes again: who did not get the answer
  // is told it once more, and only its hash is stored.
  std::string CodeFor(const std::string& receipt, const std::string& request_id) const;
  std::string HashOf(const std::string& receipt, const std::string& code) const;

  // OK when `code` is that of the receipt. `hash` empty: there is no such receipt, which takes as
  // long and is answered the same. NOT_FOUND / RECEIPT_UNKNOWN; RESOURCE_EXHAUSTED / RECEIPT_RESTS
  // for an hour after ten wrong codes.
  absl::Status Check(const std::string& receipt, const std::string& code, const std::string& hash,
                     absl::Time now);

 private:
  struct Wrong {
    int count = 0;
    absl::Time rests_until = absl::InfinitePast();
    absl::Time first;
  };
  const Subjects& subjects_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Wrong> wrong_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_RECEIPT_CODES_H_
