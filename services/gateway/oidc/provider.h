// The identity provider: what it says of itself, its keys, and the exchange of a code for a person.
#ifndef FUPIN_SERVICES_GATEWAY_OIDC_PROVIDER_H_
#define FUPIN_SERVICES_GATEWAY_OIDC_PROVIDER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "services/gateway/config.pb.h"
#include "services/gateway/oidc/claims.h"
#include "services/gateway/oidc/fetch.h"
#include "services/gateway/oidc/key_set.h"

namespace fupin::gateway::oidc {

// Blocking, one thread at a time. Its description and keys are fetched when first needed and kept
// an hour; for a key nobody knows the keys are fetched again, at most every 10 seconds; after a
// failure nothing is tried for 2 seconds.
class Provider {
 public:
  // `secret` empty: a client that proves itself by PKCE alone.
  Provider(const Oidc& settings, std::string secret, Fetch fetch, const Clock& clock);

  // What goes into one sign-in.
  struct Attempt {
    std::string state;
    std::string nonce;
    std::string verifier;  // PKCE (RFC 7636), 43 characters or more
  };

  // Where to send the browser. UNAVAILABLE / IDENTITY_PROVIDER_DOWN, IDENTITY_PROVIDER_WRONG.
  absl::StatusOr<std::string> AuthorizationUrl(const Attempt& attempt);

  // Whom the provider sent back with `code`. As above, reasons of KeySet::Verify, CheckClaims and
  // PersonOf, and UNAUTHENTICATED / CODE_REFUSED.
  absl::StatusOr<Person> Redeem(const std::string& code, const Attempt& attempt);

 private:
  struct Description {
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    bool secret_in_form = false;
  };
  absl::Status Describe();
  absl::Status FetchKeys();
  absl::Status Verify(const Token& token);
  absl::StatusOr<std::string> IdToken(const std::string& code, const Attempt& attempt);
  // The answer's body when its status is 200.
  absl::StatusOr<std::string> Get(const std::string& url, const char* what);

  const Oidc settings_;
  const std::string secret_;
  const Fetch fetch_;
  const Clock& clock_;
  std::unique_ptr<Description> description_;
  std::unique_ptr<KeySet> keys_;
  absl::Time described_ = absl::InfinitePast();
  absl::Time keys_fetched_ = absl::InfinitePast();
  absl::Time sought_ = absl::InfinitePast();  // for an unknown key
  absl::Time failed_ = absl::InfinitePast();
};

}  // namespace fupin::gateway::oidc

#endif  // FUPIN_SERVICES_GATEWAY_OIDC_PROVIDER_H_
