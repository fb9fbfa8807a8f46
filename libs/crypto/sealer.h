// Personal values that go to disk are sealed: whoever has the disk but not the key reads nothing,
// and a value that was changed, or moved to another row, is refused.
#ifndef FUPIN_LIBS_CRYPTO_SEALER_H_
#define FUPIN_LIBS_CRYPTO_SEALER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::crypto {

// Where a sealed value stands. It opens only there.
struct SealPlace {
  absl::string_view table;
  absl::string_view partition;
  absl::string_view key;
  absl::string_view field;
};

// The keys of one service; small, so that a device that never gives its keys out can stand behind
// it. Today: key_file_sealer.h. Safe for concurrent use.
//
// Bytes of a sealed value:
//
//   offset 0   version, 1
//   offset 1   suite (key_file.h)
//   offset 2   version of the key, big-endian 32 bit
//   offset 6   nonce, 12 random bytes
//   offset 18  ciphertext, as long as the value
//   then       tag, 16 bytes
//
// Authenticated with it: the first 6 bytes, then service, table, partition, key and field, each
// with its length before it (big-endian 32 bit). A value of 60 bytes takes 94.
class Sealer {
 public:
  virtual ~Sealer() = default;

  // INTERNAL / SEAL_FAILED.
  virtual absl::StatusOr<std::string> Seal(const SealPlace& place,
                                           absl::string_view value) const = 0;
  // DATA_LOSS / SEAL_BROKEN: not what was sealed at this place. FAILED_PRECONDITION /
  // KEY_VERSION_UNKNOWN: its key is not in the key file.
  virtual absl::StatusOr<std::string> Open(const SealPlace& place,
                                           absl::string_view sealed) const = 0;
};

// What sealing adds to a value.
inline constexpr size_t kSealBytes = 34;

}  // namespace fupin::crypto

#endif  // FUPIN_LIBS_CRYPTO_SEALER_H_
