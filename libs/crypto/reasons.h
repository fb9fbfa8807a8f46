// Reasons of libs/crypto: codes, canonical status and texts in one table.
#ifndef FUPIN_LIBS_CRYPTO_REASONS_H_
#define FUPIN_LIBS_CRYPTO_REASONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fupin::crypto {

// `detail` is a path, a line or a version, never a key and never what was sealed.
absl::Status Refuse(absl::string_view reason, absl::string_view field,
                    absl::string_view detail = "");

}  // namespace fupin::crypto

#endif  // FUPIN_LIBS_CRYPTO_REASONS_H_
