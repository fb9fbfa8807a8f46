// Accounts and passwords.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_ACCOUNTS_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_ACCOUNTS_H_

#include <map>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/gateway/accounts.pb.h"

namespace fupin::gateway {

// Whether `hash` (scrypt$N$r$p$salt$key) is of `password`; false for a hash that cannot be read.
// Takes about 50 ms on purpose.
bool PasswordFits(absl::string_view password, absl::string_view hash);

// Safe for concurrent use.
class AccountBook {
 public:
  // Empty path: no accounts.
  explicit AccountBook(std::string path) : path_(std::move(path)) {}

  // Reads the file again when it changed. On an error the accounts known so far stay.
  absl::Status Refresh();
  std::optional<Account> Find(const std::string& name) const;
  // The account when name and password fit. Takes as long for a name nobody has.
  std::optional<Account> Check(const std::string& name, const std::string& password) const;

 private:
  const std::string path_;
  mutable absl::Mutex mutex_;
  std::string text_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Account> accounts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_ACCOUNTS_H_
