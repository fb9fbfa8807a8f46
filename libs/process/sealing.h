// The keys a service seals personal data with, made ready at its start.
#ifndef FUPIN_LIBS_PROCESS_SEALING_H_
#define FUPIN_LIBS_PROCESS_SEALING_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"

namespace fupin::process {

// One row for every key the store was ever sealed with: first 6 bytes of a sealed value -> a value
// sealed with that key. Belongs to the tables of every service that seals; partition "seal".
inline constexpr char kSealKeysTable[] = "seal_keys";

// INVALID_ARGUMENT / SETTING_WRONG when the setting seal_key_file is empty; errors of the file.
absl::StatusOr<std::unique_ptr<crypto::Sealer>> MakeSealer(const std::string& seal_key_file,
                                                           const std::string& service);

// Proves that `sealer` opens what any key of this store has sealed, and notes the key it seals with
// now: a wrong key file stops the start and does not become a store of two halves.
// FAILED_PRECONDITION / KEY_VERSION_UNKNOWN, DATA_LOSS / SEAL_BROKEN.
absl::Status CheckSealKeys(kv::Store& store, const crypto::Sealer& sealer);

}  // namespace fupin::process

#endif  // FUPIN_LIBS_PROCESS_SEALING_H_
