// Keys from keys (RFC 5869): one secret in a file, a key of its own for every purpose.
#ifndef FUPIN_LIBS_CRYPTO_HKDF_H_
#define FUPIN_LIBS_CRYPTO_HKDF_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace fupin::crypto {

enum class Digest { kSha256, kSm3 };

// `size` bytes; others for every `info`. At most 255 times the digest's 32 bytes.
std::string Hkdf(Digest digest, absl::string_view secret, absl::string_view salt,
                 absl::string_view info, size_t size);

}  // namespace fupin::crypto

#endif  // FUPIN_LIBS_CRYPTO_HKDF_H_
