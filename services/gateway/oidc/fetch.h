// Requests to the identity provider. Blocking: not for network threads.
#ifndef FUPIN_SERVICES_GATEWAY_OIDC_FETCH_H_
#define FUPIN_SERVICES_GATEWAY_OIDC_FETCH_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace fupin::gateway::oidc {

struct Request {
  std::string url;
  std::string form;           // not empty: POST of application/x-www-form-urlencoded
  std::string authorization;  // header, when not empty
};

struct Answer {
  int status = 0;
  std::string body;
};

// UNAVAILABLE / IDENTITY_PROVIDER_DOWN when no answer comes.
using Fetch = std::function<absl::StatusOr<Answer>(const Request&)>;

// By libcurl: HTTPS only, verified against `ca_file` (empty: the system's), no redirects, at most 5
// seconds and 1 MiB. Safe for concurrent use.
Fetch HttpsFetch(std::string ca_file);

// For a value in a form or a query.
std::string PercentEncoded(const std::string& text);

}  // namespace fupin::gateway::oidc

#endif  // FUPIN_SERVICES_GATEWAY_OIDC_FETCH_H_
