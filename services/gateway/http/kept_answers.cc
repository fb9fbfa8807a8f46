#include "services/gateway/http/kept_answers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace fupin::gateway {
namespace {

constexpr absl::string_view kGzip = "|gzip";

std::string HeaderOf(const http::HttpResponse& response, absl::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (absl::EqualsIgnoreCase(key, name)) return value;
  }
  return "";
}

}  // namespace

std::string KeptAnswers::KeyOf(const http::HttpRequest& request) {
  const bool tile = absl::StartsWith(request.path, "/map/tiles/") ||
                    absl::StartsWith(request.path, "/map/public/tiles/");
  // Who has a copy asks whether that one holds.
  if (!tile || request.method != "GET" || request.headers.count("if-none-match") > 0) return "";
  const auto accepts = request.headers.find("accept-encoding");
  const bool gzip = accepts != request.headers.end() && absl::StrContains(accepts->second, "gzip");
  return absl::StrCat(request.path, "?", request.query, gzip ? kGzip : "");
}

std::shared_ptr<const KeptAnswers::Kept> KeptAnswers::Find(const std::string& key) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = kept_.find(key);
  if (found == kept_.end()) return nullptr;
  // The map compresses a tile when it is asked for again: then it is worth fetching anew.
  const bool compressed = HeaderOf(found->second->response, "content-encoding") == "gzip";
  return compressed || !absl::EndsWith(key, kGzip) ? found->second : nullptr;
}

void KeptAnswers::Keep(const std::string& key, const http::HttpResponse& response) {
  const std::string etag = HeaderOf(response, "etag");
  if (response.status != 200 || response.body == nullptr || etag.empty()) return;
  auto kept = std::make_shared<const Kept>(Kept{etag, response});
  absl::MutexLock lock(&mutex_);
  auto& place = kept_[key];
  if (place != nullptr) bytes_ -= place->response.body->size();
  place = std::move(kept);
  bytes_ += response.body->size();
  if (bytes_ <= limit_) return;
  kept_.clear();
  bytes_ = 0;
}

}  // namespace fupin::gateway
