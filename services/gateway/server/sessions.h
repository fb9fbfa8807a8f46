// Signing in and out: POST, GET and DELETE /session. GET answers 204 when nobody is signed in. GET
// /session/ways says how one can sign in here; below /session/oidc it is by an identity provider.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_SESSIONS_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_SESSIONS_H_

#include <deque>
#include <functional>
#include <memory>
#include <optional>
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
#include "libs/rpc/principal.h"
#include "services/gateway/http/rate_limiter.h"
#include "services/gateway/server/accounts.h"
#include "services/gateway/server/oidc_sign_in.h"

namespace fupin::gateway {

// A session is a cookie that says who and until when, with a keyed hash over both: nothing is
// stored, and any gateway with the same key knows it. Whoever came by an identity provider is in no
// file: that cookie also says role and division. Safe for concurrent use.
class Sessions {
 public:
  // `key` absent: nobody can sign in. `province` stands in the principals' names.
  Sessions(std::string accounts_file, std::optional<crypto::BlindIndex> key, std::string province,
           const Clock& clock, metrics::Metrics& metrics);
  ~Sessions() { Stop(); }

  // Before Start; only with a key. `fetch` asks the provider.
  void AddProvider(const Oidc& settings, std::string secret, oidc::Fetch fetch);

  void Start();
  void Stop();
  absl::Status Refresh() { return accounts_.Refresh(); }

  // The account of the request's cookie; nothing without one that holds. An account that is gone
  // from the file is gone here too.
  std::optional<Account> AccountOf(const http::HttpRequest& request) const;
  std::optional<rpc::Principal> PrincipalOf(const http::HttpRequest& request) const;

  void Handle(const http::HttpRequest& request, http::Respond respond);

 private:
  struct Attempt {
    std::string name;
    std::string password;
    http::Respond respond;
    std::string request_id;
  };
  std::string CookieOf(const Account& account) const;
  std::string CookieOf(const oidc::Person& person) const;
  std::optional<Account> PersonOf(const std::string& cookie) const;
  // A hash that only our key makes. `domain` keeps the kinds of cookies apart.
  std::string HashOf(const std::string& domain, const std::string& said) const;
  bool Holds(const std::string& domain, const std::string& said, absl::string_view until,
             const std::string& hash) const;
  std::string Ways() const;
  void SignIn(const http::HttpRequest& request, http::Respond respond);
  void Run();

  const bool by_password_;
  AccountBook accounts_;
  const std::optional<crypto::BlindIndex> key_;
  const std::string province_;
  const Clock& clock_;
  RateLimiter by_address_;
  prometheus::Counter& signed_in_;
  prometheus::Counter& refused_;
  // Passwords are checked one after another on a thread of its own: it takes long on purpose.
  absl::Mutex mutex_;
  std::deque<Attempt> attempts_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
  metrics::Metrics& registry_;
  std::unique_ptr<OidcSignIn> oidc_;  // null: none
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_SESSIONS_H_
