#include "services/gateway/oidc/provider.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "libs/clock/clock.h"
#include "libs/codes/citizen_number.h"
#include "libs/crypto/blind_index.h"
#include "libs/status/status.h"
#include "services/gateway/oidc/settings.h"
#include "services/gateway/oidc/test_issuer.h"

namespace fupin::gateway::oidc {
namespace {

using nlohmann::json;

constexpr char kIssuer[] = "https://id.test/realms/gz";
constexpr char kClient[] = "fupin";
const absl::Time kNow = absl::FromUnixSeconds(1'795'000'000);

Oidc Settings() {
  Oidc settings;
  settings.set_issuer(kIssuer);
  settings.set_client_id(kClient);
  settings.set_redirect_uri("https://fupin.test/session/oidc/callback");
  return settings;
}

// Answers as an identity provider would, from memory.
class World {
 public:
  // A sign-in that ends with `token`.
  absl::StatusOr<Person> Redeem(const std::string& token) {
    token_ = token;
    return provider_.Redeem("code-1", attempt);
  }
  std::string Why(const std::string& token) { return ReasonOf(Redeem(token).status()); }
  json Claims() const { return OfficerClaims(kIssuer, kClient, attempt.nonce, clock.Now()); }

  const Provider::Attempt attempt{"state-1", "nonce-1", std::string(64, 'v')};
  FakeClock clock{kNow};
  TestKey rsa{"RS256", "rsa-1"};
  TestKey ec{"ES256", "ec-1"};
  std::string keys = KeySetOf({&rsa, &ec});
  json description = {{"issuer", kIssuer},
                      {"authorization_endpoint", "https://id.test/authorize"},
                      {"token_endpoint", "https://id.test/token"},
                      {"jwks_uri", "https://id.test/keys"}};
  bool down = false;
  int token_status = 200;
  std::map<std::string, int> asked;  // by URL
  Request last;

  Provider& provider() { return provider_; }

 private:
  absl::StatusOr<Answer> Fetched(const Request& request) {
    ++asked[request.url];
    last = request;
    if (down) return absl::UnavailableError("down");
    if (request.url == "https://id.test/realms/gz/.well-known/openid-configuration") {
      return Answer{200, description.dump()};
    }
    if (request.url == "https://id.test/keys") return Answer{200, keys};
    if (request.url == "https://id.test/token") {
      return Answer{token_status, json{{"id_token", token_}}.dump()};
    }
    return Answer{404, ""};
  }

  std::string token_;
  Provider provider_{Settings(), "secret&1", [this](const Request& r) { return Fetched(r); },
                     clock};
};

TEST_CASE("SEC-1 a token by the provider's key for this sign-in gives the person it is about") {
  World world;
  for (const TestKey* key : {&world.rsa, &world.ec}) {
    const auto person = world.Redeem(key->Sign(world.Claims()));
    CAPTURE(person.status());
    REQUIRE(person.ok());
    CHECK(person->name == "staff-0017");
    CHECK(person->display_name == "李四(合成)");
    CHECK(person->role == "officer");
    CHECK(person->division == "520102");
  }
  CHECK(absl::StrContains(world.last.form, "code_verifier=" + world.attempt.verifier));
  CHECK(absl::StrContains(world.last.form, "code=code-1"));
  // The secret goes in the header, encoded twice as RFC 6749 has it, and nowhere else.
  std::string basic;
  REQUIRE(absl::Base64Unescape(world.last.authorization.substr(6), &basic));
  CHECK(basic == "fupin:secret%261");
  CHECK_FALSE(absl::StrContains(world.last.form, "secret"));
  // Without an id any key of the set may be meant.
  const TestKey nameless("RS256", "");
  world.keys = KeySetOf({&nameless, &world.ec});
  world.clock.Advance(absl::Hours(1));
  CHECK(world.Why(nameless.Sign(world.Claims())) == "OK");
}

TEST_CASE("SEC-1 a token that is not exactly that is refused, each for its own reason") {
  World world;
  const TestKey stranger("RS256", "rsa-1");  // the id of a known key, another key
  const TestKey unknown("RS256", "rsa-9");
  struct Case {
    const char* what;
    std::string reason;
    std::function<void(json&)> change;
  };
  const int64_t now = absl::ToUnixSeconds(kNow);
  const std::vector<Case> cases = {
      {"wrong nonce", "TOKEN_NONCE", [](json& c) { c["nonce"] = "nonce-2"; }},
      {"no nonce", "TOKEN_NONCE", [](json& c) { c.erase("nonce"); }},
      {"wrong issuer", "TOKEN_ISSUER", [](json& c) { c["iss"] = "https://id.test/realms/gz/"; }},
      {"no issuer", "TOKEN_ISSUER", [](json& c) { c.erase("iss"); }},
      {"wrong aud", "TOKEN_AUDIENCE", [](json& c) { c["aud"] = "other"; }},
      {"no aud", "TOKEN_AUDIENCE", [](json& c) { c.erase("aud"); }},
      {"aud of another kind", "TOKEN_AUDIENCE", [](json& c) { c["aud"] = 7; }},
      {"one of one", "OK", [](json& c) { c["aud"] = json::array({kClient}); }},
      {"for two, and not said whose", "TOKEN_AUDIENCE",
       [](json& c) {
         c["aud"] = json::array({kClient, "other"});
       }},
      {"for two, ours", "OK",
       [](json& c) {
         c["aud"] = json::array({"other", kClient});
         c["azp"] = kClient;
       }},
      {"another's", "TOKEN_AUDIENCE", [](json& c) { c["azp"] = "other"; }},
      {"ended, within a minute", "OK", [=](json& c) { c["exp"] = now - 59; }},
      {"ended a minute ago", "TOKEN_EXPIRED", [=](json& c) { c["exp"] = now - 60; }},
      {"no end", "TOKEN_EXPIRED", [](json& c) { c.erase("exp"); }},
      {"an end in words", "TOKEN_EXPIRED", [](json& c) { c["exp"] = "tomorrow"; }},
      {"an end that is no number", "TOKEN_EXPIRED", [](json& c) { c["exp"] = -1e300; }},
      {"issued in a minute", "OK", [=](json& c) { c["iat"] = now + 60; }},
      {"issued later", "TOKEN_TIME", [=](json& c) { c["iat"] = now + 61; }},
      {"issued long ago", "TOKEN_TIME", [=](json& c) { c["iat"] = now - 661; }},
      {"not issued", "TOKEN_TIME", [](json& c) { c.erase("iat"); }},
      {"begins later", "TOKEN_TIME", [=](json& c) { c["nbf"] = now + 61; }},
      {"nobody", "ACCOUNT_NAME_UNFIT", [](json& c) { c.erase("sub"); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    json claims = world.Claims();
    c.change(claims);
    CHECK(world.Why(world.rsa.Sign(claims)) == c.reason);
  }
  const json right = world.Claims();
  CHECK(world.Why(world.rsa.Unsigned(right)) == "TOKEN_ALGORITHM");
  CHECK(world.Why(world.rsa.SignHs256WithPublicKey(right)) == "TOKEN_ALGORITHM");
  CHECK(world.Why(stranger.Sign(right)) == "TOKEN_SIGNATURE");
  CHECK(world.Why(unknown.Sign(right)) == "TOKEN_KEY_UNKNOWN");
  // The key of one kind under the name of the other.
  const std::string signed_by_ec = world.ec.Sign(right);
  const std::string signature = signed_by_ec.substr(signed_by_ec.rfind('.'));
  CHECK(world.Why(world.ec.SignedPart("RS256", right) + signature) == "TOKEN_KEY_UNKNOWN");
  json richer = right;
  richer["role"] = "operator";
  CHECK(world.Why(world.ec.SignedPart("ES256", richer) + signature) == "TOKEN_SIGNATURE");
  CHECK(world.Why(world.ec.SignedPart("ES256", right) + signature + "AA") == "TOKEN_SIGNATURE");
  for (const char* text :
       {"", ".", "..", "a.b", "a.b.c", "e30.e30.e30", "!.!.!", "eyJhbGciOjF9.e30."}) {
    CAPTURE(text);
    CHECK(world.Why(text) == (*text == '\0' ? "CODE_REFUSED" : "TOKEN_MALFORMED"));
  }
  world.token_status = 400;
  CHECK(world.Why(world.rsa.Sign(right)) == "CODE_REFUSED");
  world.token_status = 503;
  CHECK(world.Why(world.rsa.Sign(right)) == "IDENTITY_PROVIDER_DOWN");
}

TEST_CASE(
    "SEC-1 a key the provider changes is taken up, and one nobody knows does not make us ask "
    "all the time") {
  World world;
  const std::string keys_at = "https://id.test/keys";
  REQUIRE(world.Why(world.rsa.Sign(world.Claims())) == "OK");
  REQUIRE(world.Why(world.rsa.Sign(world.Claims())) == "OK");
  CHECK(world.asked[keys_at] == 1);
  const TestKey next("ES256", "ec-2");
  world.keys = KeySetOf({&world.rsa, &next});
  CHECK(world.Why(next.Sign(world.Claims())) == "OK");
  CHECK(world.asked[keys_at] == 2);
  const TestKey unknown("ES256", "ec-9");
  for (int i = 0; i < 20; ++i) {
    CHECK(world.Why(unknown.Sign(world.Claims())) == "TOKEN_KEY_UNKNOWN");
  }
  CHECK(world.asked[keys_at] == 2);
  world.clock.Advance(absl::Seconds(10));
  CHECK(world.Why(unknown.Sign(world.Claims())) == "TOKEN_KEY_UNKNOWN");
  CHECK(world.asked[keys_at] == 3);
  // A key taken back is no key any more, an hour later at the most.
  world.keys = KeySetOf({&next});
  world.clock.Advance(absl::Hours(1));
  CHECK(world.Why(world.rsa.Sign(world.Claims())) == "TOKEN_KEY_UNKNOWN");
  CHECK(world.Why(next.Sign(world.Claims())) == "OK");
}

TEST_CASE("SEC-1 F30 a provider that is down, or is another one, is said so and tried again") {
  World world;
  world.down = true;
  const auto url = [&] {
    return ReasonOf(world.provider().AuthorizationUrl(world.attempt).status());
  };
  CHECK_FALSE(world.provider().AuthorizationUrl(world.attempt).ok());
  const auto asked = world.asked;
  CHECK(url() == "IDENTITY_PROVIDER_DOWN");
  CHECK(world.asked == asked);  // not again at once
  world.down = false;
  world.clock.Advance(absl::Seconds(2));
  const auto at = world.provider().AuthorizationUrl(world.attempt);
  REQUIRE(at.ok());
  CHECK(absl::StartsWith(*at, "https://id.test/authorize?response_type=code&client_id=fupin&"));
  for (const std::string& part :
       {std::string("&state=state-1&"), std::string("&nonce=nonce-1&"),
        std::string("&code_challenge_method=S256"), std::string("scope=openid%20profile"),
        "&code_challenge=" + absl::WebSafeBase64Escape(crypto::Sha256(world.attempt.verifier))}) {
    CAPTURE(part);
    CHECK(absl::StrContains(*at, part));
  }
  CHECK_FALSE(absl::StrContains(*at, world.attempt.verifier));
  // What it said serves on while it is down.
  world.down = true;
  world.clock.Advance(absl::Hours(2));
  CHECK(url() == "OK");

  for (const auto& [field, value] :
       {std::pair("issuer", "https://id.test/realms/other"),
        std::pair("jwks_uri", "http://id.test/keys"), std::pair("token_endpoint", ""),
        std::pair("authorization_endpoint", "https://a/\r\nX: y"),
        std::pair("authorization_endpoint", "javascript:alert(1)")}) {
    CAPTURE(field, value);
    World other;
    other.description[field] = value;
    CHECK(ReasonOf(other.provider().AuthorizationUrl(other.attempt).status()) ==
          "IDENTITY_PROVIDER_WRONG");
  }
}

TEST_CASE("SEC-2 role and division follow from the claims by the rules, and from nothing else") {
  Oidc settings = Settings();
  const auto person = [&](const json& claims) { return PersonOf(claims.dump(), settings, kNow); };
  const auto why = [&](const json& claims) { return ReasonOf(person(claims).status()); };
  // By claims of their own.
  CHECK(why({{"sub", "a"}, {"role", "operator"}}) == "OK");
  CHECK(why({{"sub", "a"}, {"role", "officer"}}) == "ACCOUNT_NO_RIGHTS");
  CHECK(why({{"sub", "a"}, {"role", "officer"}, {"division", "52/x"}}) == "ACCOUNT_NO_RIGHTS");
  CHECK(why({{"sub", "a"}, {"role", "root"}, {"division", "52"}}) == "ACCOUNT_NO_RIGHTS");
  CHECK(why({{"sub", "a"}, {"division", "52"}}) == "ACCOUNT_NO_RIGHTS");
  const std::string body = "52999919500101001";
  const std::string citizen = body + codes::CitizenNumber::CheckCharacter(body);
  for (const char* name :
       {"", "a|b", "a/b", "a b", "-a", "李四", citizen.c_str(), "13812345678", "a\nb"}) {
    CAPTURE(name);
    CHECK(why({{"sub", name}, {"role", "operator"}}) == "ACCOUNT_NAME_UNFIT");
  }
  CHECK(person({{"sub", "a"}, {"role", "operator"}, {"name", "甲\n乙"}})->display_name == "甲乙");
  // By rules: the first that fits, and the role claim says nothing any more.
  settings.set_name_claim("staff");
  settings.set_division_claim("place");
  const auto rule = [&](const char* value, const char* role, const char* division) {
    OidcRule* made = settings.add_rules();
    made->set_claim("groups");
    made->set_value(value);
    made->set_role(role);
    made->set_division(division);
  };
  rule("it", "operator", "");
  rule("nanming", "officer", "520102");
  rule("officers", "officer", "");
  const auto found = person({{"staff", "a"}, {"groups", {"officers", "nanming"}}, {"place", "52"}});
  REQUIRE(found.ok());
  CHECK(found->role == "officer");
  CHECK(found->division == "520102");
  CHECK(person({{"staff", "a"}, {"groups", "officers"}, {"place", "5203"}})->division == "5203");
  CHECK(why({{"staff", "a"}, {"groups", "officers"}}) == "ACCOUNT_NO_RIGHTS");
  CHECK(person({{"staff", "a"}, {"groups", {"nanming", "it"}}})->role == "operator");
  CHECK(why({{"staff", "a"}, {"role", "operator"}}) == "ACCOUNT_NO_RIGHTS");
  CHECK(why({{"staff", "a"}, {"groups", {7, nullptr}}}) == "ACCOUNT_NO_RIGHTS");
}

TEST_CASE("SEC-1 settings that cannot be meant stop the start with their name") {
  CHECK(CheckSettings(Settings()).ok());
  const auto field = [](const std::function<void(Oidc&)>& change) {
    Oidc settings = Settings();
    change(settings);
    const auto problems = ProblemsOf(CheckSettings(settings));
    return problems.empty() ? "" : problems[0].field;
  };
  CHECK(field([](Oidc& s) { s.set_issuer("http://id.test"); }) == "oidc.issuer");
  CHECK(field([](Oidc& s) { s.clear_client_id(); }) == "oidc.client_id");
  CHECK(field([](Oidc& s) { s.set_redirect_uri("https://fupin.test/"); }) == "oidc.redirect_uri");
  CHECK(field([](Oidc& s) { s.add_rules()->set_claim("groups"); }) == "oidc.rules");
  CHECK(field([](Oidc& s) {
          OidcRule* rule = s.add_rules();
          rule->set_claim("groups");
          rule->set_value("x");
          rule->set_role("service");
        }) == "oidc.rules");
}

TEST_CASE("SEC-1 keys that are too weak or of other kinds are not used") {
  const auto keys = [](const json& one) {
    const auto set = KeySet::Parse(json{{"keys", {one}}}.dump());
    return set.ok() ? static_cast<int>(set->size()) : -1;
  };
  const json rsa = TestKey("RS256", "a").Jwk();
  const json ec = TestKey("ES256", "b").Jwk();
  CHECK(keys(rsa) == 1);
  CHECK(keys(ec) == 1);
  const auto changed = [](json key, const char* field, const json& value) {
    key[field] = value;
    return key;
  };
  CHECK(keys(changed(rsa, "use", "enc")) == 0);
  CHECK(keys(changed(rsa, "alg", "RS512")) == 0);
  CHECK(keys(changed(rsa, "n", absl::WebSafeBase64Escape(std::string(128, 'n')))) == 0);
  CHECK(keys(changed(rsa, "e", "")) == 0);
  CHECK(keys(changed(ec, "crv", "P-384")) == 0);
  CHECK(keys(changed(ec, "x", absl::WebSafeBase64Escape(std::string(32, 'x')))) == 0);
  CHECK(keys(changed(ec, "kty", "oct")) == 0);
  CHECK(keys(7) == 0);
  CHECK_FALSE(KeySet::Parse("").ok());
  CHECK_FALSE(KeySet::Parse("{}").ok());
  CHECK_FALSE(KeySet::Parse("[]").ok());
}

}  // namespace
}  // namespace fupin::gateway::oidc
