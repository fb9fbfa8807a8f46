#include "services/gateway/server/transcoder.h"

#include <algorithm>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "libs/http/problem_document.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway {
namespace {

std::string Header(const http::HttpRequest& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

bool Allows(const Route& route, type::v1::Role role) {
  return std::find(route.roles.begin(), route.roles.end(), role) != route.roles.end();
}

}  // namespace

struct Transcoder::Call {
  const Route* route = nullptr;
  std::string request_id;
  std::string principal;
  std::string allowed;  // verbs of the address, when the request's is none of them
  absl::Time start;
  http::Respond respond;
};

Transcoder::Transcoder(const Api& api, Upstreams& upstreams,
                       std::unique_ptr<rpc::PeerVerifier> verifier, const Sessions& sessions,
                       const TranscoderLimits& limits, metrics::Metrics& metrics)
    : api_(api),
      upstreams_(upstreams),
      verifier_(std::move(verifier)),
      sessions_(sessions),
      limits_(limits),
      metrics_(metrics),
      json_(api.pool()),
      anonymous_(limits.anonymous_per_second),
      known_(limits.known_per_second) {}

void Transcoder::AddLocal(const std::string& method_full_name, Local local) {
  locals_[method_full_name] = std::move(local);
}

std::string Transcoder::RequestId(const http::HttpRequest& request) {
  const std::string given = Header(request, "x-request-id");
  const bool decent =
      !given.empty() && given.size() <= 64 && std::all_of(given.begin(), given.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
      });
  if (decent) return given;
  thread_local absl::BitGen generator;
  return absl::StrFormat("%016x", absl::Uniform<uint64_t>(generator));
}

absl::StatusOr<rpc::Principal> Transcoder::Caller(const http::HttpRequest& request) const {
  rpc::Principal principal;
  if (verifier_ == nullptr) {
    principal.role = type::v1::ROLE_OPERATOR;
    return principal;
  }
  if (!request.client_pem.empty()) return verifier_->Verify(request.client_pem);
  if (const auto person = sessions_.PrincipalOf(request)) return *person;
  return principal;
}

absl::Status Transcoder::Pace(const http::HttpRequest& request, const rpc::Principal& principal) {
  const bool allowed = principal.uri.empty() ? anonymous_.Allow(request.remote, absl::Now())
                                             : known_.Allow(principal.uri, absl::Now());
  return allowed ? absl::OkStatus() : Refuse("RATE_LIMITED");
}

absl::StatusOr<rpc::Principal> Transcoder::Identify(const http::HttpRequest& request,
                                                    const Route& route) {
  ASSIGN_OR_RETURN(const rpc::Principal principal, Caller(request));
  if (verifier_ == nullptr) return principal;
  const bool is_public = Allows(route, type::v1::ROLE_ANYONE);
  const bool allowed = is_public || Allows(route, principal.role);
  if (!allowed && principal.uri.empty()) return Refuse("CERT_NEEDED");
  // What services tell each other is not for the outside.
  if (!allowed || (principal.role == type::v1::ROLE_SERVICE && !is_public)) {
    return Refuse("ROLE_NOT_ALLOWED");
  }
  return principal;
}

absl::StatusOr<std::string> Transcoder::ReadRequest(const http::HttpRequest& request,
                                                    const RouteMatch& match) {
  const auto& type = *match.route->method->input_type();
  std::string bytes;
  NamedValues values;
  if (match.route->body) {
    if (!absl::StartsWithIgnoreCase(Header(request, "content-type"), "application/json")) {
      return Refuse("CONTENT_TYPE_WRONG");
    }
    ASSIGN_OR_RETURN(bytes, json_.ToBytes(type, request.body));
  } else if (!request.query.empty()) {
    for (absl::string_view pair : absl::StrSplit(request.query, '&', absl::SkipEmpty())) {
      const size_t equals = pair.find('=');
      auto name = PercentDecode(pair.substr(0, equals), /*plus_is_space=*/true);
      auto value = PercentDecode(equals == absl::string_view::npos ? "" : pair.substr(equals + 1),
                                 /*plus_is_space=*/true);
      if (!name || !value) return Refuse("PATH_MALFORMED");
      values.emplace_back(*std::move(name), *std::move(value));
    }
  }
  // The path is read last: it decides, whatever body or query say.
  values.insert(values.end(), match.bindings.begin(), match.bindings.end());
  ASSIGN_OR_RETURN(const std::string bound, json_.FromValues(type, values));
  return bytes + bound;  // serialised messages merge by concatenation
}

void Transcoder::Handle(const http::HttpRequest& request, http::Respond respond) {
  auto call = std::make_shared<Call>();
  call->request_id = RequestId(request);
  call->start = absl::Now();
  call->respond = std::move(respond);
  const auto match = api_.Match(request.method, request.path, &call->allowed);
  if (!match.ok()) return Finish(*call, match.status());
  call->route = match->route;
  const auto principal = Identify(request, *match->route);
  if (!principal.ok()) return Finish(*call, principal.status());
  call->principal = principal->uri;
  if (absl::Status paced = Pace(request, *principal); !paced.ok()) return Finish(*call, paced);
  const auto bytes = ReadRequest(request, *match);
  if (!bytes.ok()) return Finish(*call, bytes.status());
  const auto& method = *match->route->method;
  if (const auto local = locals_.find(method.full_name()); local != locals_.end()) {
    return Finish(*call, local->second(*bytes));
  }
  CallOptions options;
  options.request_id = call->request_id;
  options.principal = call->principal;
  options.timeout = limits_.call;
  upstreams_.Call(
      method.service()->full_name(), method.name(), *bytes, options,
      [this, call](const absl::StatusOr<std::string>& answer) { Finish(*call, answer); });
}

void Transcoder::Finish(const Call& call, const absl::StatusOr<std::string>& answer) {
  absl::Status status = answer.status();
  http::HttpResponse response;
  if (status.ok()) {
    auto json = json_.FromBytes(*call.route->method->output_type(), *answer);
    status = json.status();
    if (status.ok()) response = http::JsonResponse(*std::move(json));
  }
  if (!status.ok()) response = http::ProblemResponse(status, call.request_id);
  response.headers.emplace_back("X-Request-Id", call.request_id);
  if (!call.allowed.empty()) response.headers.emplace_back("Allow", call.allowed);
  const std::string route = call.route == nullptr ? "none" : call.route->method->full_name();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - call.start);
  metrics_
      .Seconds("fupin_gateway_request_seconds", "Time from a request to its answer.",
               {{"method", route}})
      .Observe(seconds);
  metrics_
      .Counter("fupin_gateway_requests_total", "Requests answered, by HTTP status.",
               {{"method", route}, {"status", std::to_string(response.status)}})
      .Increment();
  if (!status.ok()) {
    // Never the address as it was sent: it may hold what somebody typed.
    log::Warning("request refused", {{"method", route},
                                     {"status", response.status},
                                     {"reason", ReasonOf(status)},
                                     {"caller", call.principal},
                                     {"request_id", call.request_id},
                                     {"duration_ms", seconds * 1000}});
  }
  call.respond(std::move(response));
}

}  // namespace fupin::gateway
