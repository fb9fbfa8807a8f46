#include "services/gateway/server/accounts.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"

namespace fupin::gateway {
namespace {

constexpr uint64_t kMaxMemory = 128 << 20;
// Of no password: what a name nobody has is compared with.
constexpr char kNobody[] =
    "scrypt$16384$8$1$00000000000000000000000000000000$"
    "0000000000000000000000000000000000000000000000000000000000000000";

}  // namespace

bool PasswordFits(absl::string_view password, absl::string_view hash) {
  const std::vector<absl::string_view> parts = absl::StrSplit(hash, '$');
  uint64_t n = 0;
  uint64_t r = 0;
  uint64_t p = 0;
  if (parts.size() != 6 || parts[0] != "scrypt" || !absl::SimpleAtoi(parts[1], &n) ||
      !absl::SimpleAtoi(parts[2], &r) || !absl::SimpleAtoi(parts[3], &p)) {
    return false;
  }
  const std::string salt = absl::HexStringToBytes(parts[4]);
  const std::string key = absl::HexStringToBytes(parts[5]);
  if (key.size() != 32) return false;
  unsigned char made[32];
  return EVP_PBE_scrypt(password.data(), password.size(),
                        reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), n, r, p,
                        kMaxMemory, made, sizeof made) == 1 &&
         CRYPTO_memcmp(made, key.data(), sizeof made) == 0;
}

absl::Status AccountBook::Refresh() {
  if (path_.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::string text, config::ReadFile(path_));
  {
    absl::MutexLock lock(&mutex_);
    if (text == text_) return absl::OkStatus();
  }
  Accounts accounts;
  RETURN_IF_ERROR(config::Parse(text, path_, &accounts));
  std::map<std::string, Account> by_name;
  for (const Account& account : accounts.accounts()) by_name[account.name()] = account;
  absl::MutexLock lock(&mutex_);
  text_ = std::move(text);
  accounts_ = std::move(by_name);
  return absl::OkStatus();
}

std::optional<Account> AccountBook::Find(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  const auto found = accounts_.find(name);
  if (found == accounts_.end()) return std::nullopt;
  return found->second;
}

std::optional<Account> AccountBook::Check(const std::string& name,
                                          const std::string& password) const {
  auto account = Find(name);
  const bool fits = PasswordFits(password, account ? account->password_hash() : kNobody);
  if (!fits) account.reset();
  return account;
}

}  // namespace fupin::gateway
