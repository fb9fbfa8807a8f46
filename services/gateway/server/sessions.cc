#include "services/gateway/server/sessions.h"

#include <openssl/crypto.h>

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/http/problem_document.h"
#include "libs/log/log.h"
#include "services/gateway/server/reasons.h"
#include "services/gateway/server/transcoder.h"

namespace fupin::gateway {
namespace {

constexpr char kCookie[] = "fupin_session";
constexpr char kMark[] = "session";  // domain of the keyed hash
constexpr absl::Duration kLasts = absl::Hours(12);
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

std::string CookieValue(const http::HttpRequest& request) {
  const auto header = request.headers.find("cookie");
  if (header == request.headers.end()) return "";
  for (absl::string_view part : absl::StrSplit(header->second, ';')) {
    const std::pair<absl::string_view, absl::string_view> cookie =
        absl::StrSplit(absl::StripAsciiWhitespace(part), absl::MaxSplits('=', 1));
    if (cookie.first == kCookie) return std::string(cookie.second);
  }
  return "";
}

}  // namespace

Sessions::Sessions(std::string accounts_file, std::optional<crypto::BlindIndex> key,
                   std::string province, const Clock& clock, metrics::Metrics& metrics)
    : accounts_(std::move(accounts_file)),
      key_(std::move(key)),
      province_(std::move(province)),
      clock_(clock),
      by_address_(1),
      signed_in_(metrics.Counter("fupin_gateway_sign_ins_total", "Passwords that were right.")),
      refused_(metrics.Counter("fupin_gateway_sign_ins_refused_total",
                               "Passwords that were wrong, or tried too often.")) {}

void Sessions::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Sessions::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

// name.until.hash, hash over both.
std::string Sessions::CookieOf(const Account& account) const {
  const int64_t until = absl::ToUnixSeconds(clock_.Now() + kLasts);
  const std::string said = absl::StrCat(account.name(), "|", until);
  return absl::StrCat(
      kCookie, "=", account.name(), "|", until, "|", absl::BytesToHexString(key_->Of(kMark, said)),
      "; Max-Age=", absl::ToInt64Seconds(kLasts), "; Path=/; HttpOnly; Secure; SameSite=Strict");
}

std::optional<Account> Sessions::AccountOf(const http::HttpRequest& request) const {
  if (!key_) return std::nullopt;
  const std::string cookie = CookieValue(request);
  const std::vector<std::string> parts = absl::StrSplit(cookie, '|');
  int64_t until = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[1], &until)) return std::nullopt;
  const std::string right =
      absl::BytesToHexString(key_->Of(kMark, absl::StrCat(parts[0], "|", until)));
  if (parts[2].size() != right.size() ||
      CRYPTO_memcmp(parts[2].data(), right.data(), right.size()) != 0 ||
      absl::FromUnixSeconds(until) <= clock_.Now()) {
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

void Sessions::Handle(const http::HttpRequest& request, http::Respond respond) {
  const std::string id = Transcoder::RequestId(request);
  if (request.method == "POST") return SignIn(request, std::move(respond));
  if (request.method == "DELETE") {
    http::HttpResponse response = Empty(204);
    response.headers.emplace_back(
        "Set-Cookie",
        absl::StrCat(kCookie, "=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict"));
    return respond(std::move(response));
  }
  if (request.method != "GET") return respond(Failure("METHOD_NOT_ALLOWED", id));
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
