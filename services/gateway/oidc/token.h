// A statement the identity provider signed (JWS in compact form, RFC 7515).
#ifndef FUPIN_SERVICES_GATEWAY_OIDC_TOKEN_H_
#define FUPIN_SERVICES_GATEWAY_OIDC_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::gateway::oidc {

// Taken apart; nothing of it is to be believed before KeySet::Verify.
struct Token {
  std::string algorithm;    // as the header says
  std::string key_id;       // empty: not said
  std::string payload;      // JSON text
  std::string signed_part;  // what the signature is over
  std::string signature;
};

// UNAUTHENTICATED / TOKEN_MALFORMED, also for a header that demands what we do not know ("crit").
absl::StatusOr<Token> ParseToken(absl::string_view text);

}  // namespace fupin::gateway::oidc

#endif  // FUPIN_SERVICES_GATEWAY_OIDC_TOKEN_H_
