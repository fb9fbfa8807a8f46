#include "services/gateway/server/sessions.h"

#include <openssl/crypto.h>

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/http/problem_document.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/gateway/http/cookies.h"
#include "services/gateway/oidc/settings.h"
#include "services/gateway/server/reasons.h"
#include "services/gateway/server/transcoder.h"

namespace fupin::gateway {
namespace {

constexpr char kCookie[] = "fupin_session";
constexpr char kMark[] = "session";  // domain of the keyed hash
constexpr absl::Duration kLasts = absl::Hours(12);
constexpr absl::Duration kProviderLasts = absl::Hours(8);
constexpr size_t kMaxWaiting = 64;
constexpr size_t kMaxText = 256;

http::HttpResponse Empty(int status) {
  http::HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

http::HttpResponse Failure(const char* reason, const std::string& request_id) {
  return http::ProblemResponse(Refuse(reason), request_id);
}

std::string SetCookie(const std::string& value, absl::Duration lasts) {
  return absl::StrCat(kCookie, "=", value, "; Max-Age=", absl::ToInt64Seconds(lasts),
                      "; Path=/; HttpOnly; Secure; SameSite=Strict");
}

// Why signing in by an identity provider can end where it began; the web app shows their texts.
constexpr const char* kProblems[] = {
    "SIGN_IN_EXPIRED",   "SIGN_IN_USED",           "SIGN_IN_DENIED",
    "RATE_LIMITED",      "IDENTITY_PROVIDER_DOWN", "IDENTITY_PROVIDER_WRONG",
    "CODE_REFUSED",      "TOKEN_MALFORMED",        "TOKEN_ALGORITHM",
    "TOKEN_KEY_UNKNOWN", "TOKEN_SIGNATURE",        "TOKEN_ISSUER",
    "TOKEN_AUDIENCE",    "TOKEN_EXPIRED",          "TOKEN_TIME",
    "TOKEN_NONCE",       "ACCOUNT_NAME_UNFIT",     "ACCOUNT_NO_RIGHTS",
    "SHUTTING_DOWN"};

}  // namespace

Sessions::Sessions(std::string accounts_file, std::optional<crypto::BlindIndex> key,
                   std::string province, const Clock& clock, metrics::Metrics& metrics)
    : by_password_(key.has_value() && !accounts_file.empty()),
      accounts_(std::move(accounts_file)),
      key_(std::move(key)),
      province_(std::move(province)),
      clock_(clock),
      by_address_(1),
      signed_in_(metrics.Counter("fupin_gateway_sign_ins_total", "Passwords that were right.")),
      refused_(metrics.Counter("fupin_gateway_sign_ins_refused_total",
                               "Passwords that were wrong, or tried too often.")),
      registry_(metrics) {}

void Sessions::AddProvider(const Oidc& settings, std::string secret, oidc::Fetch fetch) {
  FUPIN_CHECK(key_.has_value());
  oidc_ = std::make_unique<OidcSignIn>(
      settings, std::move(secret), std::move(fetch), *key_,
      [this](const oidc::Person& person) { return CookieOf(person); }, clock_, registry_);
}

void Sessions::Start() {
  if (oidc_ != nullptr) oidc_->Start();
  thread_ = std::thread([this] { Run(); });
}

void Sessions::Stop() {
  if (oidc_ != nullptr) oidc_->Stop();
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

std::string Sessions::HashOf(const std::string& domain, const std::string& said) const {
  return absl::BytesToHexString(key_->Of(domain, said));
}

bool Sessions::Holds(const std::string& domain, const std::string& said, absl::string_view until,
                     const std::string& hash) const {
  int64_t seconds = 0;
  if (!absl::SimpleAtoi(until, &seconds)) return false;
  const std::string right = HashOf(domain, said);
  return hash.size() == right.size() &&
         CRYPTO_memcmp(hash.data(), right.data(), right.size()) == 0 &&
         absl::FromUnixSeconds(seconds) > clock_.Now();
}

// name|until|hash, hash over what stands before it.
std::string Sessions::CookieOf(const Account& account) const {
  const std::string said =
      absl::StrCat(account.name(), "|", absl::ToUnixSeconds(clock_.Now() + kLasts));
  return SetCookie(absl::StrCat(said, "|", HashOf(kMark, said)), kLasts);
}

// name|role|division|display name in base64|until|hash, hash over what stands before it.
std::string Sessions::CookieOf(const oidc::Person& person) const {
  const int minutes = oidc_->settings().session_minutes();
  const absl::Duration lasts = minutes > 0 ? absl::Minutes(minutes) : kProviderLasts;
  const std::string said = absl::StrCat(person.name, "|", person.role, "|", person.division, "|",
                                        absl::WebSafeBase64Escape(person.display_name), "|",
                                        absl::ToUnixSeconds(clock_.Now() + lasts));
  // Of this provider: whoever came by another is out when the setting changes.
  const std::string domain = absl::StrCat(kMark, "/", oidc_->settings().issuer());
  return SetCookie(absl::StrCat(said, "|", HashOf(domain, said)), lasts);
}

std::optional<Account> Sessions::PersonOf(const std::string& cookie) const {
  const std::vector<std::string> parts = absl::StrSplit(cookie, '|');
  const std::string domain = absl::StrCat(kMark, "/", oidc_->settings().issuer());
  Account account;
  if (parts.size() != 6 ||
      !Holds(domain, cookie.substr(0, cookie.rfind('|')), parts[4], parts[5]) ||
      !absl::WebSafeBase64Unescape(parts[3], account.mutable_display_name())) {
    return std::nullopt;
  }
  account.set_name(parts[0]);
  account.set_role(parts[1]);
  account.set_division(parts[2]);
  return account;
}

std::optional<Account> Sessions::AccountOf(const http::HttpRequest& request) const {
  if (!key_) return std::nullopt;
  const std::string cookie = gateway::CookieOf(request, kCookie);
  const std::vector<std::string> parts = absl::StrSplit(cookie, '|');
  if (parts.size() == 6 && oidc_ != nullptr) return PersonOf(cookie);
  if (parts.size() != 3 ||
      !Holds(kMark, absl::StrCat(parts[0], "|", parts[1]), parts[1], parts[2])) {
    return std::nullopt;
  }
  return accounts_.Find(parts[0]);
}

std::optional<rpc::Principal> Sessions::PrincipalOf(const http::HttpRequest& request) const {
  const auto account = AccountOf(request);
  if (!account) return std::nullopt;
  std::string path;
  if (account->role() == "operator") path = absl::StrCat("operator/", account->name());
  if (account->role() == "officer" && !account->division().empty()) {
    path = absl::StrCat("officer/", account->division(), "/", account->name());
  }
  if (path.empty()) return std::nullopt;
  const auto principal = rpc::ParsePrincipal(absl::StrCat("spiffe://", province_, "/", path));
  if (!principal.ok()) return std::nullopt;
  return *principal;
}

void Sessions::SignIn(const http::HttpRequest& request, http::Respond respond) {
  const std::string id = Transcoder::RequestId(request);
  // A form of another site cannot send this type without asking first.
  const auto type = request.headers.find("content-type");
  if (type == request.headers.end() || !absl::StartsWith(type->second, "application/json")) {
    return respond(Failure("CONTENT_TYPE_WRONG", id));
  }
  const auto json = nlohmann::json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string() ||
      !json.contains("password") || !json["password"].is_string()) {
    return respond(Failure("SIGN_IN_MALFORMED", id));
  }
  Attempt attempt{json["name"], json["password"], std::move(respond), id};
  if (attempt.name.size() > kMaxText || attempt.password.size() > kMaxText) {
    return attempt.respond(Failure("SIGN_IN_MALFORMED", id));
  }
  const absl::Time now = clock_.Now();
  if (!by_address_.Allow(request.remote, now)) {
    refused_.Increment();
    return attempt.respond(Failure("RATE_LIMITED", id));
  }
  {
    absl::MutexLock lock(&mutex_);
    if (attempts_.size() < kMaxWaiting && !stopping_) {
      attempts_.push_back(std::move(attempt));
      return;
    }
  }
  attempt.respond(Failure("RATE_LIMITED", id));
}

void Sessions::Run() {
  while (true) {
    Attempt attempt;
    {
      absl::MutexLock lock(&mutex_);
      const auto work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !attempts_.empty();
      };
      mutex_.Await(absl::Condition(&work));
      if (stopping_) return;
      attempt = std::move(attempts_.front());
      attempts_.pop_front();
    }
    const auto account = accounts_.Check(attempt.name, attempt.password);
    if (!account || !key_) {
      refused_.Increment();
      attempt.respond(Failure("SIGN_IN_WRONG", attempt.request_id));
      continue;
    }
    signed_in_.Increment();
    log::Info("signed in", {{"request_id", attempt.request_id}});
    http::HttpResponse response = Empty(204);
    response.headers.emplace_back("Set-Cookie", CookieOf(*account));
    attempt.respond(std::move(response));
  }
}

std::string Sessions::Ways() const {
  nlohmann::ordered_json ways = {{"password", by_password_}};
  if (oidc_ != nullptr) {
    const Oidc& settings = oidc_->settings();
    ways["oidc"] = {
        {"path", oidc::kStartPath},
        {"labelZh", settings.label_zh().empty() ? "统一身份认证" : settings.label_zh()},
        {"labelEn", settings.label_en().empty() ? "Single sign-on" : settings.label_en()}};
    ways["problems"] = nlohmann::ordered_json::array();
    for (const char* reason : kProblems) {
      for (const Problem& problem : ProblemsOf(Refuse(reason))) {
        ways["problems"].push_back({{"reason", problem.reason},
                                    {"messageZh", problem.message_zh},
                                    {"messageEn", problem.message_en}});
      }
    }
  }
  return ways.dump();
}

void Sessions::Handle(const http::HttpRequest& request, http::Respond respond) {
  const std::string id = Transcoder::RequestId(request);
  if (request.path != "/session") {
    const bool by_provider = oidc_ != nullptr && (request.path == oidc::kStartPath ||
                                                  request.path == oidc::kCallbackPath);
    if (request.path != "/session/ways" && !by_provider) {
      return respond(Failure("ROUTE_UNKNOWN", id));
    }
    if (request.method != "GET") {
      return respond(http::ProblemResponse(Refuse("METHOD_NOT_ALLOWED", "", "GET"), id));
    }
    if (request.path == oidc::kStartPath) return oidc_->Begin(request, std::move(respond));
    if (request.path == oidc::kCallbackPath) return oidc_->Callback(request, std::move(respond));
    return respond(http::JsonResponse(Ways()));
  }
  if (request.method == "POST") return SignIn(request, std::move(respond));
  if (request.method == "DELETE") {
    http::HttpResponse response = Empty(204);
    response.headers.emplace_back(
        "Set-Cookie",
        absl::StrCat(kCookie, "=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict"));
    return respond(std::move(response));
  }
  if (request.method != "GET") {
    return respond(
        http::ProblemResponse(Refuse("METHOD_NOT_ALLOWED", "", "GET, POST, DELETE"), id));
  }
  const auto account = AccountOf(request);
  // Nobody is no error: every page asks first.
  if (!account) return respond(Empty(204));
  const nlohmann::json json = {{"name", account->name()},
                               {"displayName", account->display_name()},
                               {"role", account->role()},
                               {"division", account->division()}};
  respond(http::JsonResponse(json.dump()));
}

}  // namespace fupin::gateway
