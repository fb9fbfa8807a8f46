// What a verified token says: is it meant for this sign-in, and who is it about.
#ifndef FUPIN_SERVICES_GATEWAY_OIDC_CLAIMS_H_
#define FUPIN_SERVICES_GATEWAY_OIDC_CLAIMS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/gateway/config.pb.h"

namespace fupin::gateway::oidc {

// Clocks may differ by this much.
inline constexpr absl::Duration kSkew = absl::Seconds(60);
// A token is made for a sign-in that is under way.
inline constexpr absl::Duration kFresh = absl::Minutes(10);

// `payload`: of a token whose signature fits. UNAUTHENTICATED / TOKEN_MALFORMED, TOKEN_ISSUER,
// TOKEN_AUDIENCE, TOKEN_EXPIRED, TOKEN_TIME, TOKEN_NONCE.
absl::Status CheckClaims(const std::string& payload, const Oidc& settings, const std::string& nonce,
                         absl::Time now);

struct Person {
  std::string name;
  std::string display_name;
  std::string role;      // "officer" or "operator"
  std::string division;  // never empty for an officer
};

// By the claims' names and the rules of the settings. PERMISSION_DENIED / ACCOUNT_NAME_UNFIT: no
// name, or one that cannot stand in logs (also a citizen or phone number); ACCOUNT_NO_RIGHTS: no
// rule gives a role, or an officer has no division.
absl::StatusOr<Person> PersonOf(const std::string& payload, const Oidc& settings, absl::Time now);

}  // namespace fupin::gateway::oidc

#endif  // FUPIN_SERVICES_GATEWAY_OIDC_CLAIMS_H_
