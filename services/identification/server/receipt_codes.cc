#include "services/identification/server/receipt_codes.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/reasons.h"

namespace fupin::identification {
namespace {

// Without 0 O 1 I L, 2 Z, 5 S, 8 B, U V.
constexpr absl::string_view kLetters = "34679ACDEFGHJKMNPQRTWXY";
constexpr int kLength = 10;
constexpr uint32_t kCodes = 100'000'000;
constexpr int kMaxWrong = 10;
constexpr absl::Duration kRest = absl::Hours(1);
constexpr size_t kMaxKept = 100'000;

// Below `limit`, every value as likely.
uint32_t Random(uint32_t limit) {
  const uint32_t most = UINT32_MAX - UINT32_MAX % limit;
  uint32_t value = 0;
  do {
    FUPIN_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) == 1);
  } while (value >= most);
  return value % limit;
}

}  // namespace

std::string ReceiptCodes::NewReceipt(const std::string& township) {
  std::string receipt = absl::StrCat(township, "-");
  for (int i = 0; i < kLength; ++i) {
    receipt.push_back(kLetters[Random(static_cast<uint32_t>(kLetters.size()))]);
  }
  return receipt;
}

std::string ReceiptCodes::NewCode() { return absl::StrFormat("%08d", Random(kCodes)); }

std::string ReceiptCodes::CodeFor(const std::string& receipt, const std::string& request_id) const {
  const std::string keyed = subjects_.Content(absl::StrCat("told/", receipt, "/", request_id));
  uint64_t value = 0;
  FUPIN_CHECK(keyed.size() >= sizeof value);
  std::memcpy(&value, keyed.data(), sizeof value);
  return absl::StrFormat("%08d", value % kCodes);
}

std::string ReceiptCodes::HashOf(const std::string& receipt, const std::string& code) const {
  return subjects_.Content(absl::StrCat("code/", receipt, "/", code));
}

absl::Status ReceiptCodes::Check(const std::string& receipt, const std::string& code,
                                 const std::string& hash, absl::Time now) {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = wrong_.find(receipt);
    if (known != wrong_.end() && now < known->second.rests_until) {
      return Refuse("RECEIPT_RESTS", "receipt");
    }
  }
  const std::string right = HashOf(receipt, code);
  const std::string none(right.size(), '\0');
  const std::string& stored = hash.size() == right.size() ? hash : none;
  const bool fits = CRYPTO_memcmp(right.data(), stored.data(), right.size()) == 0;
  if (fits) {
    absl::MutexLock lock(&mutex_);
    wrong_.erase(receipt);
    return absl::OkStatus();
  }
  absl::MutexLock lock(&mutex_);
  if (wrong_.size() >= kMaxKept) wrong_.clear();
  Wrong& wrong = wrong_[receipt];
  if (wrong.count == 0 || now - wrong.first > kRest) wrong = {0, absl::InfinitePast(), now};
  if (++wrong.count >= kMaxWrong) wrong = {0, now + kRest, now};
  return Refuse("RECEIPT_UNKNOWN", "receipt");
}

}  // namespace fupin::identification
