#include "services/gateway/server/oidc_sign_in.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/http/problem_document.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/gateway/http/cookies.h"
#include "services/gateway/server/path_template.h"
#include "services/gateway/server/reasons.h"
#include "services/gateway/server/transcoder.h"

namespace fupin::gateway {
namespace {

constexpr char kCookie[] = "fupin_sign_in";
constexpr char kMark[] = "sign-in";  // domain of the keyed hash
constexpr absl::Duration kLasts = absl::Minutes(10);
constexpr int kPerSecond = 20;  // of one address; there is nothing to guess here
constexpr size_t kMaxWaiting = 64;
constexpr size_t kMaxUsed = 100'000;
constexpr size_t kMaxCode = 4096;
constexpr size_t kStateBytes = 16;

http::HttpResponse Redirect(std::string to) {
  http::HttpResponse response;
  response.status = 302;
  response.headers = {{"Location", std::move(to)}, {"Cache-Control", "no-store"}};
  return response;
}

// Fields of a query, each once; nothing when it is not one.
std::optional<std::map<std::string, std::string>> Fields(const std::string& query) {
  std::map<std::string, std::string> fields;
  for (absl::string_view pair : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    auto name = PercentDecode(parts.first, /*plus_is_space=*/true);
    auto value = PercentDecode(parts.second, /*plus_is_space=*/true);
    if (!name || !value || !fields.emplace(*std::move(name), *std::move(value)).second) {
      return std::nullopt;
    }
  }
  return fields;
}

bool Same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

OidcSignIn::OidcSignIn(const Oidc& settings, std::string secret, oidc::Fetch fetch,
                       crypto::BlindIndex key, MakeSession make_session, const Clock& clock,
                       metrics::Metrics& metrics)
    : settings_(settings),
      key_(std::move(key)),
      make_session_(std::move(make_session)),
      clock_(clock),
      by_address_(kPerSecond),
      signed_in_(metrics.Counter("fupin_gateway_oidc_sign_ins_total",
                                 "People signed in by the identity provider.")),
      refused_(metrics.Counter("fupin_gateway_oidc_sign_ins_refused_total",
                               "Sign-ins by the identity provider that did not succeed.")),
      provider_(settings, std::move(secret), std::move(fetch), clock) {}

void OidcSignIn::Start() {
  thread_ = std::thread([this] { Run(); });
}

void OidcSignIn::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void OidcSignIn::Run() {
  while (true) {
    std::function<void()> work;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !waiting_.empty();
      };
      mutex_.Await(absl::Condition(&ready));
      if (stopping_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

absl::Status OidcSignIn::Enqueue(std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return Refuse("SHUTTING_DOWN");
  if (waiting_.size() >= kMaxWaiting) return Refuse("RATE_LIMITED");
  waiting_.push_back(std::move(work));
  return absl::OkStatus();
}

oidc::Provider::Attempt OidcSignIn::AttemptOf(const std::string& state) const {
  const auto derived = [&](const char* what) {
    return absl::BytesToHexString(key_.Of(what, state));
  };
  return {state, derived("sign-in/nonce"),
          absl::StrCat(derived("sign-in/verifier 1"), derived("sign-in/verifier 2"))};
}

std::string OidcSignIn::CookieHash(const std::string& state, int64_t until) const {
  return absl::BytesToHexString(key_.Of(kMark, absl::StrCat(state, "|", until)));
}

std::string OidcSignIn::StateOf(const http::HttpRequest& request) const {
  const std::string cookie = CookieOf(request, kCookie);
  const std::vector<std::string> parts = absl::StrSplit(cookie, '|');
  int64_t until = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[1], &until)) return "";
  if (!Same(parts[2], CookieHash(parts[0], until))) return "";
  return absl::FromUnixSeconds(until) > clock_.Now() ? parts[0] : "";
}

// Where a person sees it; the reason is one of our own table.
void OidcSignIn::Land(const absl::Status& status, const std::string& request_id,
                      const http::Respond& respond) {
  const std::string reason = ReasonOf(status);
  refused_.Increment();
  log::Warning("sign-in refused", {{"reason", reason}, {"request_id", request_id}});
  respond(Redirect(absl::StrCat("/#/sign-in?problem=", reason)));
}

void OidcSignIn::Begin(const http::HttpRequest& request, http::Respond respond) {
  const std::string id = Transcoder::RequestId(request);
  if (!by_address_.Allow(request.remote, clock_.Now())) {
    return Land(Refuse("RATE_LIMITED"), id, respond);
  }
  const auto work = [this, id, respond] {
    std::string bytes(kStateBytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), kStateBytes) != 1) {
      return Land(absl::InternalError("no random bytes"), id, respond);
    }
    const std::string state = absl::BytesToHexString(bytes);
    auto url = provider_.AuthorizationUrl(AttemptOf(state));
    if (!url.ok()) return Land(url.status(), id, respond);
    http::HttpResponse response = Redirect(*std::move(url));
    const int64_t until = absl::ToUnixSeconds(clock_.Now() + kLasts);
    // Lax: the way back begins at the provider's host.
    response.headers.emplace_back(
        "Set-Cookie", absl::StrCat(kCookie, "=", state, "|", until, "|", CookieHash(state, until),
                                   "; Max-Age=", absl::ToInt64Seconds(kLasts),
                                   "; Path=/session; HttpOnly; Secure; SameSite=Lax"));
    respond(std::move(response));
  };
  if (absl::Status queued = Enqueue(work); !queued.ok()) Land(queued, id, respond);
}

absl::Status OidcSignIn::UseUp(const std::string& state) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  for (auto entry = used_.begin(); entry != used_.end();) {
    entry = entry->second < now ? used_.erase(entry) : std::next(entry);
  }
  if (used_.size() >= kMaxUsed) return Refuse("RATE_LIMITED");
  return used_.emplace(state, now + kLasts).second ? absl::OkStatus() : Refuse("SIGN_IN_USED");
}

absl::StatusOr<std::string> OidcSignIn::CodeOf(const http::HttpRequest& request,
                                               const std::string& state) {
  const auto fields = Fields(request.query);
  const auto field = [&](const char* name) {
    const auto found = fields->find(name);
    return found == fields->end() ? "" : found->second;
  };
  if (!fields || state.empty() || !Same(field("state"), state)) return Refuse("SIGN_IN_EXPIRED");
  RETURN_IF_ERROR(UseUp(state));
  if (!field("error").empty()) return Refuse("SIGN_IN_DENIED");
  // RFC 9207: who answers, where it says so.
  if (!field("iss").empty() && field("iss") != settings_.issuer()) return Refuse("TOKEN_ISSUER");
  std::string code = field("code");
  if (code.empty() || code.size() > kMaxCode) return Refuse("SIGN_IN_EXPIRED");
  return code;
}

void OidcSignIn::Callback(const http::HttpRequest& request, http::Respond respond) {
  const std::string id = Transcoder::RequestId(request);
  if (!by_address_.Allow(request.remote, clock_.Now())) {
    return Land(Refuse("RATE_LIMITED"), id, respond);
  }
  const std::string state = StateOf(request);
  auto code = CodeOf(request, state);
  if (!code.ok()) return Land(code.status(), id, respond);
  const auto work = [this, id, respond, state, code = *std::move(code)] {
    const auto person = provider_.Redeem(code, AttemptOf(state));
    if (!person.ok()) return Land(person.status(), id, respond);
    signed_in_.Increment();
    log::Info("signed in", {{"request_id", id}, {"role", person->role}});
    http::HttpResponse response = Redirect("/#/");
    response.headers.emplace_back("Set-Cookie", make_session_(*person));
    respond(std::move(response));
  };
  if (absl::Status queued = Enqueue(work); !queued.ok()) Land(queued, id, respond);
}

}  // namespace fupin::gateway
