// Signing in by an identity provider, which is an HTTPS server in this process; the gateway and the
// services are real. The test is the browser. People are synthetic.
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/config/config.h"
#include "libs/crypto/blind_index.h"
#include "libs/http/http_server.h"
#include "libs/http/problem_document.h"
#include "libs/status/macros.h"
#include "libs/testing/reserved_port.h"
#include "services/fupinctl/https_client.h"
#include "services/gateway/oidc/test_issuer.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using gateway::oidc::KeySetOf;
using gateway::oidc::OfficerClaims;
using gateway::oidc::TestKey;
using nlohmann::json;

constexpr char kClient[] = "fupin";
constexpr char kSecret[] = "s3cret";
constexpr char kRedirect[] = "https://fupin.test/session/oidc/callback";

std::map<std::string, std::string> Fields(absl::string_view query) {
  std::map<std::string, std::string> fields;
  for (absl::string_view pair : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    fields[parts.first] = parts.second;
  }
  return fields;
}

// Hands out a code for a request to sign in, and for the code a token, once, as RFC 6749 and 7636
// have it. `make` says what the token is.
class Issuer : public http::HttpHandler {
 public:
  explicit Issuer(const World& world) : files_(world.Files("service-issuer")) {}
  ~Issuer() override { Stop(); }

  void Start() {
    server_ = std::make_unique<http::HttpServer>(http::HttpLimits(), files_, *this, metrics_);
    FUPIN_CHECK(server_->Start(absl::StrCat("localhost:", port_), "http_address").ok());
  }
  void Stop() {
    if (server_ != nullptr) server_->Stop(absl::Seconds(1));
    server_.reset();
  }
  std::string url() const { return absl::StrCat("https://localhost:", port_); }

  using Make = std::function<std::string(const TestKey& key, const json& claims)>;
  // The code a browser would bring back from where the gateway sent it.
  std::string Authorize(const std::string& location, Make make) {
    FUPIN_CHECK(absl::StartsWith(location, url() + "/authorize?"));
    absl::MutexLock lock(&mutex_);
    const std::string code = absl::StrCat("code-", ++codes_);
    open_[code] = {Fields(location.substr(location.find('?') + 1)), std::move(make)};
    return code;
  }

  void Handle(std::shared_ptr<const http::HttpRequest> request, http::Respond respond) override {
    absl::MutexLock lock(&mutex_);
    if (request->path == "/.well-known/openid-configuration") {
      return respond(http::JsonResponse(json{
          {"issuer", url()},
          {"authorization_endpoint", url() + "/authorize"},
          {"token_endpoint", url() + "/token"},
          {"jwks_uri", url() + "/keys"}}.dump()));
    }
    if (request->path == "/keys") return respond(http::JsonResponse(KeySetOf({&key})));
    http::HttpResponse response;
    response.status = 400;
    if (request->path == "/token" && request->method == "POST") {
      auto form = Fields(request->body);
      const auto found = open_.find(form["code"]);
      std::string basic;
      absl::Base64Unescape(request->headers.at("authorization").substr(6), &basic);
      const std::string challenge =
          absl::WebSafeBase64Escape(crypto::Sha256(form["code_verifier"]));
      if (found != open_.end() && basic == absl::StrCat(kClient, ":", kSecret) &&
          form["code_verifier"].size() >= 43 &&
          challenge == found->second.asked["code_challenge"] &&
          found->second.asked["code_challenge_method"] == "S256") {
        const json claims =
            OfficerClaims(url(), kClient, found->second.asked["nonce"], absl::Now());
        const std::string token = found->second.make(key, claims);
        open_.erase(found);
        return respond(http::JsonResponse(json{{"id_token", token}}.dump()));
      }
    }
    respond(std::move(response));
  }
  http::HttpResponse Refuse(http::BrokenRequest) override { return {}; }

  const TestKey key{"RS256", "key-1"};

 private:
  struct Open {
    std::map<std::string, std::string> asked;
    Make make;
  };
  const rpc::TlsFiles files_;
  metrics::Metrics metrics_;
  absl::Mutex mutex_;
  int codes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, Open> open_ ABSL_GUARDED_BY(mutex_);
  const int port_ = testing::ReservePort();
  std::unique_ptr<http::HttpServer> server_;
};

std::string Header(const fupinctl::HttpsAnswer& answer, const std::string& name) {
  for (absl::string_view line : absl::StrSplit(answer.headers, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (absl::EqualsIgnoreCase(parts.first, name)) {
      return std::string(absl::StripAsciiWhitespace(parts.second));
    }
  }
  return "";
}

std::string AsSent(const std::string& set_cookie) {
  return "Cookie: " + set_cookie.substr(0, set_cookie.find(';'));
}

// A browser without memory: cookies are handed in.
class Browser {
 public:
  explicit Browser(World& world) : client_(world.gateway().address(), world.Files("")) {}

  // Not too fast for the gateway.
  fupinctl::HttpsAnswer Get(const std::string& path, const std::vector<std::string>& headers = {}) {
    fupinctl::HttpsAnswer answer;
    FUPIN_CHECK(Eventually([&] {
      auto got = client_.Send("GET", path, "", headers);
      if (!got.ok()) return false;
      answer = *std::move(got);
      return !absl::StrContains(answer.headers, "RATE_LIMITED");
    }));
    return answer;
  }

  struct Begun {
    std::string location;  // at the provider
    std::string cookie;
    std::string state;
  };
  Begun Begin() {
    const auto answer = Get("/session/oidc");
    CHECK(answer.status == 302);
    Begun begun{Header(answer, "location"), "", ""};
    const size_t question = begun.location.find('?');
    if (question != std::string::npos) {
      begun.state = Fields(begun.location.substr(question + 1))["state"];
    }
    begun.cookie = AsSent(Header(answer, "set-cookie"));
    return begun;
  }
  fupinctl::HttpsAnswer ComeBack(const Begun& begun, const std::string& code) {
    return Get(absl::StrCat("/session/oidc/callback?code=", code, "&state=", begun.state),
               {begun.cookie});
  }

  fupinctl::HttpsClient& client() { return client_; }

 private:
  fupinctl::HttpsClient client_;
};

// "/#/" or the reason.
std::string Landed(const fupinctl::HttpsAnswer& answer) {
  CHECK(answer.status == 302);
  const std::string at = Header(answer, "location");
  constexpr char kProblem[] = "/#/sign-in?problem=";
  return absl::StartsWith(at, kProblem) ? at.substr(sizeof kProblem - 1) : at;
}

void UseProvider(World& world, const Issuer& issuer) {
  FUPIN_CHECK(config::WriteFile(world.certs() + "/client.key", absl::StrCat(kSecret, "\n")).ok());
  FUPIN_CHECK(std::system(("chmod 600 " + world.certs() + "/client.key").c_str()) == 0);
  world.set_gateway_settings(absl::StrCat(
      "oidc { issuer: \"", issuer.url(), "\" client_id: \"", kClient, "\" client_secret_file: \"",
      world.certs(), "/client.key\" redirect_uri: \"", kRedirect, "\" ca_file: \"", world.certs(),
      "/ca.crt\" label_zh: \"省级统一认证\" }\n"));
}

std::string Right(const TestKey& key, const json& claims) { return key.Sign(claims); }

TEST_CASE(
    "SEC-1 SEC-2 USE-1 a person signs in by the identity provider and has its role and division",
    "[walk]") {
  World world;
  world.Certify("service/issuer");
  world.Start();
  Issuer issuer(world);
  issuer.Start();
  UseProvider(world, issuer);
  world.StartGateway();
  Browser browser(world);
  const auto ways = json::parse(browser.Get("/session/ways").body);
  CHECK(ways["password"] == true);
  CHECK(ways["oidc"]["path"] == "/session/oidc");
  CHECK(ways["oidc"]["labelZh"] == "省级统一认证");
  CHECK(ways["oidc"]["labelEn"] == "Single sign-on");
  CHECK(ways["problems"].size() > 15);

  const auto begun = browser.Begin();
  CHECK(begun.state.size() == 32);
  const auto back = browser.ComeBack(begun, issuer.Authorize(begun.location, Right));
  CHECK(Landed(back) == "/#/");
  const std::string set = Header(back, "set-cookie");
  for (const char* part : {"HttpOnly", "Secure", "SameSite=Strict", "Max-Age=28800"}) {
    CHECK(absl::StrContains(set, part));
  }
  const std::string cookie = AsSent(set);
  const auto session = json::parse(browser.Get("/session", {cookie}).body);
  CHECK(session["name"] == "staff-0017");
  CHECK(session["displayName"] == "李四(合成)");
  CHECK(session["role"] == "officer");
  CHECK(session["division"] == "520102");
  CHECK(browser.Get("/v1/divisions/520102/totals", {cookie}).status == 200);
  const auto above = browser.Get("/v1/divisions/5201/totals", {cookie});
  CHECK(above.status == 403);
  CHECK(absl::StrContains(above.body, "DIVISION_NOT_YOURS"));
  // Nobody gives himself more, or a longer time.
  for (const auto& [from, to] : {std::pair("officer", "operator"), std::pair("520102", "52"),
                                 std::pair("0017", "0018"), std::pair("|1", "|2")}) {
    CAPTURE(from);
    std::string forged = cookie;
    REQUIRE(absl::StrContains(forged, from));
    forged.replace(forged.find(from), std::string(from).size(), to);
    CHECK(browser.Get("/session", {forged}).status == 204);
  }
  // The code and the state served once.
  CHECK(Landed(browser.ComeBack(begun, "code-1")) == "SIGN_IN_USED");
  CHECK(world.gateway().Stop() == 0);
  const std::string log = world.gateway().log();
  for (const char* secret : {kSecret, "code-1", "李四"}) {
    CHECK_FALSE(absl::StrContains(log, secret));
  }
  CHECK_FALSE(absl::StrContains(log, begun.state));
}

TEST_CASE("SEC-1 what comes back from an identity provider otherwise signs nobody in and says why",
          "[walk]") {
  World world;
  world.Certify("service/issuer");
  world.Start();
  Issuer issuer(world);
  issuer.Start();
  UseProvider(world, issuer);
  world.StartGateway();
  Browser browser(world);
  struct Case {
    const char* what;
    const char* reason;
    Issuer::Make make;
  };
  const auto with = [](const char* name, const json& value) -> Issuer::Make {
    return [=](const TestKey& key, json claims) {
      claims[name] = value;
      return key.Sign(claims);
    };
  };
  const int64_t past = absl::ToUnixSeconds(absl::Now() - absl::Minutes(2));
  const TestKey unknown("RS256", "key-9");
  const Case cases[] = {
      {"wrong nonce", "TOKEN_NONCE", with("nonce", "another")},
      {"wrong aud", "TOKEN_AUDIENCE", with("aud", "another")},
      {"wrong iss", "TOKEN_ISSUER", with("iss", "https://another")},
      {"expired", "TOKEN_EXPIRED", with("exp", past)},
      {"no rights", "ACCOUNT_NO_RIGHTS", with("role", "visitor")},
      {"alg none", "TOKEN_ALGORITHM",
       [](const TestKey& key, const json& claims) { return key.Unsigned(claims); }},
      {"HS256 with the public key", "TOKEN_ALGORITHM",
       [](const TestKey& key, const json& claims) { return key.SignHs256WithPublicKey(claims); }},
      {"unknown kid", "TOKEN_KEY_UNKNOWN",
       [&](const TestKey&, const json& claims) { return unknown.Sign(claims); }},
      {"another's key", "TOKEN_SIGNATURE",
       [](const TestKey& key, const json& claims) {
         const std::string other = TestKey("RS256", "key-1").Sign(claims);
         return key.SignedPart("RS256", claims) + other.substr(other.rfind('.'));
       }},
      {"no token", "TOKEN_MALFORMED", [](const TestKey&, const json&) { return "x"; }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    const auto begun = browser.Begin();
    const auto back = browser.ComeBack(begun, issuer.Authorize(begun.location, c.make));
    CHECK(Landed(back) == c.reason);
    CHECK(Header(back, "set-cookie").empty());
  }

  const auto begun = browser.Begin();
  const std::string code = issuer.Authorize(begun.location, Right);
  const std::string callback = "/session/oidc/callback";
  const std::string whole = absl::StrCat(callback, "?code=", code, "&state=", begun.state);
  CHECK(Landed(browser.Get(whole)) == "SIGN_IN_EXPIRED");  // another browser
  CHECK(Landed(browser.Get(absl::StrCat(callback, "?code=", code), {begun.cookie})) ==
        "SIGN_IN_EXPIRED");
  CHECK(Landed(browser.Get(
            absl::StrCat(callback, "?code=", code, "&state=", begun.state, "&state=", begun.state),
            {begun.cookie})) == "SIGN_IN_EXPIRED");
  CHECK(Landed(browser.Get(callback, {begun.cookie})) == "SIGN_IN_EXPIRED");
  const auto other = browser.Begin();
  CHECK(Landed(browser.Get(whole, {other.cookie})) == "SIGN_IN_EXPIRED");
  // A code stolen from somebody else's sign-in: its challenge is another one.
  CHECK(Landed(browser.ComeBack(other, code)) == "CODE_REFUSED");
  CHECK(Landed(browser.ComeBack(begun, code)) == "/#/");
  const auto denied = browser.Begin();
  CHECK(Landed(browser.Get(absl::StrCat(callback, "?error=access_denied&state=", denied.state),
                           {denied.cookie})) == "SIGN_IN_DENIED");
  CHECK(Landed(browser.ComeBack(denied, code)) == "SIGN_IN_USED");
  CHECK(browser.client().Send("POST", "/session/oidc", "")->status == 405);
  CHECK(browser.Get("/session/other").status == 404);
}

TEST_CASE(
    "F30 SEC-1 without its identity provider the gateway starts, says so, and takes passwords",
    "[walk]") {
  World world;
  world.Certify("service/issuer");
  world.Start();
  Issuer issuer(world);
  issuer.Start();
  UseProvider(world, issuer);
  issuer.Stop();
  world.StartGateway();
  Browser browser(world);
  const auto begin = [&] { return Landed(browser.Get("/session/oidc")); };
  CHECK(begin() == "IDENTITY_PROVIDER_DOWN");
  const auto password = [&] {
    int status = 429;  // one try a second
    CHECK(Eventually([&] {
      status = browser.client()
                   .Send("POST", "/session", R"({"name":"zhang.san","password":"correct-horse"})",
                         {"Content-Type: application/json"})
                   ->status;
      return status != 429;
    }));
    return status;
  };
  CHECK(password() == 204);
  issuer.Start();
  CHECK(Eventually([&] { return absl::StartsWith(begin(), issuer.url()); }));
  // It goes away while somebody signs in.
  const auto begun = browser.Begin();
  const std::string code = issuer.Authorize(begun.location, Right);
  issuer.Stop();
  CHECK(Landed(browser.ComeBack(begun, code)) == "IDENTITY_PROVIDER_DOWN");
  CHECK(password() == 204);
  CHECK(world.gateway().Stop() == 0);
}

TEST_CASE("SEC-1 without the setting nobody signs in by an identity provider", "[walk]") {
  World world;
  world.Start();
  world.StartGateway();
  Browser browser(world);
  CHECK(browser.Get("/session/oidc").status == 404);
  CHECK(browser.Get("/session/oidc/callback").status == 404);
  CHECK(browser.Get("/session/ways").body == R"({"password":true})");
}

}  // namespace
}  // namespace fupin::walks
