// Signing in by an identity provider: GET /session/oidc sends the browser there, and it comes back
// to GET /session/oidc/callback. Both end on a page of the web app: "/#/" when somebody is signed
// in,
// "/#/sign-in?problem=REASON" when not.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_OIDC_SIGN_IN_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_OIDC_SIGN_IN_H_

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/crypto/blind_index.h"
#include "libs/http/message.h"
#include "libs/metrics/metrics.h"
#include "services/gateway/config.pb.h"
#include "services/gateway/http/rate_limiter.h"
#include "services/gateway/oidc/provider.h"

namespace fupin::gateway {

// What binds the two requests is a cookie with a keyed hash; nonce and PKCE verifier follow from
// the state by the key and are in no cookie. A state serves once on each gateway, and a code once
// at the provider. The provider is asked on a thread of its own. Safe for concurrent use.
class OidcSignIn {
 public:
  // The Set-Cookie line of a session.
  using MakeSession = std::function<std::string(const oidc::Person&)>;

  OidcSignIn(const Oidc& settings, std::string secret, oidc::Fetch fetch, crypto::BlindIndex key,
             MakeSession make_session, const Clock& clock, metrics::Metrics& metrics);
  ~OidcSignIn() { Stop(); }

  void Start();
  void Stop();

  void Begin(const http::HttpRequest& request, http::Respond respond);
  void Callback(const http::HttpRequest& request, http::Respond respond);

  const Oidc& settings() const { return settings_; }

 private:
  oidc::Provider::Attempt AttemptOf(const std::string& state) const;
  std::string CookieHash(const std::string& state, int64_t until) const;
  // The state of the request's cookie; empty when there is none that holds.
  std::string StateOf(const http::HttpRequest& request) const;
  // What the callback says is taken apart and checked; the code to redeem. Marks the state as used.
  absl::StatusOr<std::string> CodeOf(const http::HttpRequest& request, const std::string& state);
  absl::Status UseUp(const std::string& state);
  // RATE_LIMITED when too many wait.
  absl::Status Enqueue(std::function<void()> work);
  void Land(const absl::Status& status, const std::string& request_id,
            const http::Respond& respond);
  void Run();

  const Oidc settings_;
  const crypto::BlindIndex key_;
  const MakeSession make_session_;
  const Clock& clock_;
  RateLimiter by_address_;
  prometheus::Counter& signed_in_;
  prometheus::Counter& refused_;
  absl::Mutex mutex_;
  std::map<std::string, absl::Time> used_ ABSL_GUARDED_BY(mutex_);  // states, until they end anyway
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  oidc::Provider provider_;  // only on thread_
  std::thread thread_;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_OIDC_SIGN_IN_H_
