// What an identity provider says: a token, its claims, a key set. Any bytes give a person only when
// every check holds; here no key is known, so that nothing may be verified.
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/status/macros.h"
#include "services/gateway/oidc/claims.h"
#include "services/gateway/oidc/key_set.h"
#include "services/gateway/oidc/token.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin::gateway;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Oidc settings;
  settings.set_issuer("https://id.test");
  settings.set_client_id("fupin");
  const absl::Time now = absl::FromUnixSeconds(1'795'000'000);
  const auto keys = oidc::KeySet::Parse(text);
  const auto token = oidc::ParseToken(text);
  if (token.ok()) {
    FUPIN_CHECK(!oidc::KeySet::Parse(R"({"keys":[]})")->Verify(*token).ok());
    if (keys.ok()) FUPIN_CHECK(!keys->Verify(*token).ok());
  }
  for (const std::string& payload : {text, token.ok() ? token->payload : std::string()}) {
    (void)oidc::CheckClaims(payload, settings, "nonce-1", now);
    const auto person = oidc::PersonOf(payload, settings, now);
    if (!person.ok()) continue;
    // It becomes part of a cookie and of a URI.
    for (const std::string& part : {person->name, person->role, person->division}) {
      FUPIN_CHECK(part.find_first_of("|/;\r\n ") == std::string::npos);
    }
    FUPIN_CHECK(person->role == "operator" || !person->division.empty());
  }
  return 0;
}
