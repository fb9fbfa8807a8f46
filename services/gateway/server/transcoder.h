// JSON requests to gRPC calls and back: route, caller, limits, request, call, answer.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_TRANSCODER_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_TRANSCODER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/http/message.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/peer_verifier.h"
#include "services/gateway/http/rate_limiter.h"
#include "services/gateway/server/api.h"
#include "services/gateway/server/json.h"
#include "services/gateway/server/sessions.h"
#include "services/gateway/server/upstreams.h"

namespace fupin::gateway {

struct TranscoderLimits {
  int anonymous_per_second = 50;
  int known_per_second = 5000;
  absl::Duration call = absl::Seconds(60);
};

// Safe for concurrent use.
class Transcoder {
 public:
  // A method the gateway answers itself: request bytes in, answer bytes out.
  using Local = std::function<absl::StatusOr<std::string>(const std::string&)>;

  // `verifier` null: without TLS, every caller is an operator. The other objects must outlive this.
  Transcoder(const Api& api, Upstreams& upstreams, std::unique_ptr<rpc::PeerVerifier> verifier,
             const Sessions& sessions, const TranscoderLimits& limits, metrics::Metrics& metrics);

  void AddLocal(const std::string& method_full_name, Local local);
  void Handle(const http::HttpRequest& request, http::Respond respond);

  // Who calls: by certificate, else by session; a principal of ROLE_ANYONE without either.
  absl::StatusOr<rpc::Principal> Caller(const http::HttpRequest& request) const;
  // RATE_LIMITED when this caller asks too often.
  absl::Status Pace(const http::HttpRequest& request, const rpc::Principal& principal);
  // The caller's own x-request-id when it is a decent one, else a new one.
  static std::string RequestId(const http::HttpRequest& request);

 private:
  struct Call;
  absl::StatusOr<rpc::Principal> Identify(const http::HttpRequest& request, const Route& route);
  absl::StatusOr<std::string> ReadRequest(const http::HttpRequest& request,
                                          const RouteMatch& match);
  void Finish(const Call& call, const absl::StatusOr<std::string>& answer);

  const Api& api_;
  Upstreams& upstreams_;
  const std::unique_ptr<rpc::PeerVerifier> verifier_;
  const Sessions& sessions_;
  const TranscoderLimits limits_;
  metrics::Metrics& metrics_;
  Json json_;
  RateLimiter anonymous_;
  RateLimiter known_;
  std::map<std::string, Local> locals_;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_TRANSCODER_H_
