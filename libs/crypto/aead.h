// Authenticated encryption under one key: the two ciphers a sealer chooses from.
#ifndef FUPIN_LIBS_CRYPTO_AEAD_H_
#define FUPIN_LIBS_CRYPTO_AEAD_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace fupin::crypto {

inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;
inline constexpr size_t kAes256KeyBytes = 32;
inline constexpr size_t kSm4KeyBytes = 16;

// Safe for concurrent use. A nonce must never be used twice under one key.
class Aead {
 public:
  virtual ~Aead() = default;

  // Appends ciphertext and tag to `out`. False: the library failed; `out` is as it was.
  virtual bool Encrypt(absl::string_view nonce, absl::string_view associated,
                       absl::string_view plaintext, std::string* out) const = 0;
  // Appends the plaintext of `sealed` (ciphertext and tag) to `out`. False: not what Encrypt made
  // of this nonce and associated data, under this key; `out` is as it was.
  virtual bool Decrypt(absl::string_view nonce, absl::string_view associated,
                       absl::string_view sealed, std::string* out) const = 0;
};

// AES-256-GCM of OpenSSL. `key` has kAes256KeyBytes.
std::unique_ptr<Aead> NewAes256Gcm(absl::string_view key);
// SM4-GCM (GB/T 32907, RFC 8998) of libgcrypt: Debian's OpenSSL has no such mode. `key` has
// kSm4KeyBytes.
std::unique_ptr<Aead> NewSm4Gcm(absl::string_view key);

}  // namespace fupin::crypto

#endif  // FUPIN_LIBS_CRYPTO_AEAD_H_
