// The sealer whose keys come from a file.
#ifndef FUPIN_LIBS_CRYPTO_KEY_FILE_SEALER_H_
#define FUPIN_LIBS_CRYPTO_KEY_FILE_SEALER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/crypto/aead.h"
#include "libs/crypto/key_file.h"
#include "libs/crypto/sealer.h"

namespace fupin::crypto {

// Seals with the highest version, opens with every version the file has. The keys used are derived
// from those of the file, one for each service: a file may be shared, a key never serves two.
// The nonce is random, so a version is to be replaced before 2^32 values were sealed with it.
class KeyFileSealer : public Sealer {
 public:
  // Reads `path` once; a version added later is known after a restart.
  // FAILED_PRECONDITION / KEY_FILE_OPEN_TO_OTHERS, INVALID_ARGUMENT / SEAL_KEY_FILE_FORMAT.
  static absl::StatusOr<std::unique_ptr<Sealer>> FromFile(const std::string& path,
                                                          const std::string& service);
  KeyFileSealer(const std::map<uint32_t, SealKey>& keys, std::string service);

  absl::StatusOr<std::string> Seal(const SealPlace& place, absl::string_view value) const override;
  absl::StatusOr<std::string> Open(const SealPlace& place, absl::string_view sealed) const override;

 private:
  struct Key {
    Suite suite;
    std::unique_ptr<Aead> aead;
  };

  const std::string service_;
  std::map<uint32_t, Key> keys_;  // not empty
};

}  // namespace fupin::crypto

#endif  // FUPIN_LIBS_CRYPTO_KEY_FILE_SEALER_H_
