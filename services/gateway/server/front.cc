#include "services/gateway/server/front.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "libs/http/problem_document.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway {
namespace {

// An export is made before its answer begins.
constexpr absl::Duration kExportPatience = absl::Minutes(2);

}  // namespace

Front::Front(Transcoder& transcoder, Sessions& sessions, http::Forwarder* map, StaticFiles files,
             std::string open_api, bool tls)
    : transcoder_(transcoder),
      sessions_(sessions),
      map_(map),
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
  if (request->path == "/session" || absl::StartsWith(request->path, "/session/")) {
    return sessions_.Handle(*request, std::move(guarded));
  }
  if (map_ != nullptr && absl::StartsWith(request->path, "/map/")) {
    return HandleMap(*request, std::move(guarded));
  }
  if (request->method == "GET" || request->method == "HEAD") {
    if (request->path == "/openapi.json") {
      http::HttpResponse response;
      response.content_type = "application/json";
      response.body = open_api_;
      return guarded(std::move(response));
    }
    const auto etag = request->headers.find("if-none-match");
    const auto accepts = request->headers.find("accept-encoding");
    auto file = files_.Find(
        request->path, etag == request->headers.end() ? "" : etag->second,
        accepts != request->headers.end() && absl::StrContains(accepts->second, "gzip"));
    if (file != nullptr) return guarded(*std::move(file));
  }
  guarded(http::ProblemResponse(gateway::Refuse("ROUTE_UNKNOWN"), Transcoder::RequestId(*request)));
}

void Front::HandleMap(const http::HttpRequest& request, http::Respond respond) {
  const std::string id = Transcoder::RequestId(request);
  const auto fail = [&](const absl::Status& status) { respond(http::ProblemResponse(status, id)); };
  if (request.method != "GET" && request.method != "HEAD") {
    return fail(gateway::Refuse("METHOD_NOT_ALLOWED", "", "GET"));
  }
  const auto caller = transcoder_.Caller(request);
  if (!caller.ok()) return fail(caller.status());
  const bool is_public = absl::StartsWith(request.path, "/map/public/");
  if (caller->uri.empty() && tls_ && !is_public) return fail(gateway::Refuse("SIGN_IN_NEEDED"));
  if (absl::Status paced = transcoder_.Pace(request, *caller); !paced.ok()) return fail(paced);
  std::vector<std::pair<std::string, std::string>> headers = {{"x-request-id", id}};
  if (!caller->uri.empty()) headers.emplace_back("x-fupin-principal", caller->uri);
  // The address in the caller's words, for answers that name addresses.
  if (const auto host = request.headers.find("host"); host != request.headers.end()) {
    headers.emplace_back("x-fupin-host", host->second);
  }
  const bool is_export = absl::EndsWith(request.path, "/export");
  // One export at a time for each caller who has no name.
  if (is_export && caller->uri.empty()) headers.emplace_back("x-fupin-remote", request.remote);
  const std::string key = KeptAnswers::KeyOf(request);
  const auto kept = key.empty() ? nullptr : kept_.Find(key);
  if (kept != nullptr) headers.emplace_back("if-none-match", kept->etag);
  map_->Forward(
      request, std::move(headers),
      [this, id, key, kept, respond = std::move(respond)](http::HttpResponse response) {
        if (response.status == 0) {
          response = http::ProblemResponse(gateway::Refuse("SERVICE_UNREACHABLE", "", "gis"), id);
        } else if (kept != nullptr && response.status == 304) {
          response = kept->response;
        } else if (!key.empty()) {
          kept_.Keep(key, response);
        }
        respond(std::move(response));
      },
      is_export ? std::optional(kExportPatience) : std::nullopt);
}

http::HttpResponse Front::Refuse(http::BrokenRequest why) {
  const char* reason = why == http::BrokenRequest::kBodyTooLarge     ? "BODY_TOO_LARGE"
                       : why == http::BrokenRequest::kHeaderTooLarge ? "HEADER_TOO_LARGE"
                                                                     : "HTTP_MALFORMED";
  return Guard(http::ProblemResponse(gateway::Refuse(reason), ""));
}

}  // namespace fupin::gateway
