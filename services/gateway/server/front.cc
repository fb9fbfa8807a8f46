#include "services/gateway/server/front.h"

#include <utility>

#include "absl/strings/match.h"
#include "libs/http/problem_document.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway {

Front::Front(Transcoder& transcoder, StaticFiles files, std::string open_api, bool tls)
    : transcoder_(transcoder),
      files_(std::move(files)),
      open_api_(std::make_shared<const std::string>(std::move(open_api))),
      tls_(tls) {}

// Headers every answer carries: nothing from other hosts, no guessing of types, no framing.
http::HttpResponse Front::Guard(http::HttpResponse response) const {
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy",
                       "default-src 'self'; base-uri 'none'; form-action 'self'; "
                       "frame-ancestors 'none'; object-src 'none'");
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  if (tls_) headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  return response;
}

void Front::Handle(std::shared_ptr<const http::HttpRequest> request, http::Respond respond) {
  http::Respond guarded = [this, respond = std::move(respond)](http::HttpResponse response) {
    respond(Guard(std::move(response)));
  };
  if (absl::StartsWith(request->path, "/v1/")) {
    return transcoder_.Handle(*request, std::move(guarded));
  }
  if (request->method == "GET" || request->method == "HEAD") {
    if (request->path == "/openapi.json") {
      http::HttpResponse response;
      response.content_type = "application/json";
      response.body = open_api_;
      return guarded(std::move(response));
    }
    const auto etag = request->headers.find("if-none-match");
    auto file = files_.Find(request->path, etag == request->headers.end() ? "" : etag->second);
    if (file != nullptr) return guarded(*std::move(file));
  }
  guarded(http::ProblemResponse(gateway::Refuse("ROUTE_UNKNOWN"), Transcoder::RequestId(*request)));
}

http::HttpResponse Front::Refuse(http::BrokenRequest why) {
  const char* reason = why == http::BrokenRequest::kBodyTooLarge     ? "BODY_TOO_LARGE"
                       : why == http::BrokenRequest::kHeaderTooLarge ? "HEADER_TOO_LARGE"
                                                               : "HTTP_MALFORMED";
  return Guard(http::ProblemResponse(gateway::Refuse(reason), ""));
}

}  // namespace fupin::gateway
