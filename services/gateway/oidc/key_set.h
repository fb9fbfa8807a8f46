// The keys an identity provider signs with (JWK set, RFC 7517).
#ifndef FUPIN_SERVICES_GATEWAY_OIDC_KEY_SET_H_
#define FUPIN_SERVICES_GATEWAY_OIDC_KEY_SET_H_

#include <memory>
#include <string>
#include <vector>

#include <openssl/evp.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/gateway/oidc/token.h"

namespace fupin::gateway::oidc {

// Immutable; safe for concurrent use. RS256 with 2048 bits or more, and ES256; nothing else counts:
// no unsigned token, and no secret that both sides would know.
class KeySet {
 public:
  // Keys of other kinds or for other uses are left out. UNAVAILABLE / IDENTITY_PROVIDER_WRONG for a
  // text that is no key set.
  static absl::StatusOr<KeySet> Parse(absl::string_view json);

  // UNAUTHENTICATED / TOKEN_ALGORITHM, TOKEN_KEY_UNKNOWN (perhaps a newer set has it),
  // TOKEN_SIGNATURE.
  absl::Status Verify(const Token& token) const;

  size_t size() const { return keys_.size(); }

 private:
  struct Key {
    std::string id;
    std::string algorithm;  // the only one it may be used with
    std::shared_ptr<EVP_PKEY> key;
  };
  std::vector<Key> keys_;
};

}  // namespace fupin::gateway::oidc

#endif  // FUPIN_SERVICES_GATEWAY_OIDC_KEY_SET_H_
