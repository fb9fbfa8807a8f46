// Secrets that stand in files.
#ifndef FUPIN_LIBS_CRYPTO_KEY_FILE_H_
#define FUPIN_LIBS_CRYPTO_KEY_FILE_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::crypto {

inline constexpr size_t kSecretBytes = 32;

// Content of a file that only its owner may read. FAILED_PRECONDITION / KEY_FILE_OPEN_TO_OTHERS.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// The secret that `hex` (64 digits, space around it allowed) writes; empty when it is not one.
std::string SecretFromHex(absl::string_view hex);

// Overwrites a secret that is needed no more.
void Wipe(std::string* secret);

// INTL: AES-256-GCM, keys derived with SHA-256. SM: SM4-GCM, keys derived with SM3.
// Numbers are on disk: never renumber.
enum class Suite : uint8_t { kIntl = 1, kSm = 2 };

struct SealKey {
  Suite suite = Suite::kIntl;
  std::string secret;  // kSecretBytes
};

// Keys by version from lines "version suite hex", for example
//   1 INTL 3a0f...c2
// "#" begins a comment. A key is replaced by adding a version: the highest seals, all open.
// INVALID_ARGUMENT / SEAL_KEY_FILE_FORMAT names the line.
absl::StatusOr<std::map<uint32_t, SealKey>> ParseSealKeys(absl::string_view text,
                                                          const std::string& path);

}  // namespace fupin::crypto

#endif  // FUPIN_LIBS_CRYPTO_KEY_FILE_H_
