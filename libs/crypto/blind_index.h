// Finds a person without keeping the number in a key: a keyed hash of it.
#ifndef FUPIN_LIBS_CRYPTO_BLIND_INDEX_H_
#define FUPIN_LIBS_CRYPTO_BLIND_INDEX_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::crypto {

// HMAC-SHA-256 cut to 16 bytes. The space of citizen numbers is small, so the key must live outside
// the store. Safe for concurrent use.
class BlindIndex {
 public:
  // Key file: 64 hex digits or 32 raw bytes; must not be readable by others.
  // FAILED_PRECONDITION / KEY_FILE_OPEN_TO_OTHERS, INVALID_ARGUMENT / KEY_FILE_FORMAT.
  static absl::StatusOr<BlindIndex> FromFile(const std::string& path);
  explicit BlindIndex(std::string key);

  // Different domains ("person", "record/mps.population") give unrelated values for one number.
  std::string Of(absl::string_view domain, absl::string_view value) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

std::string Sha256(absl::string_view bytes);

}  // namespace fupin::crypto

#endif  // FUPIN_LIBS_CRYPTO_BLIND_INDEX_H_
