#include "services/gateway/http/static_files.h"

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/config/config.h"
#include "libs/crypto/blind_index.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::gateway {
namespace {

struct Kind {
  absl::string_view ending;
  absl::string_view content_type;
};

constexpr Kind kKinds[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
};

}  // namespace

absl::StatusOr<StaticFiles> StaticFiles::Load(const std::string& dir) {
  StaticFiles files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir, error)) {
    if (!entry.is_regular_file(error)) continue;
    const std::string path =
        absl::StrCat("/", std::filesystem::relative(entry.path(), dir, error).generic_string());
    for (const Kind& kind : kKinds) {
      if (!absl::EndsWith(path, kind.ending)) continue;
      ASSIGN_OR_RETURN(std::string content, config::ReadFile(entry.path().string()));
      const std::string etag =
          absl::StrCat("\"", absl::BytesToHexString(crypto::Sha256(content)).substr(0, 32), "\"");
      File& file = files.files_[path];
      file.content_type = std::string(kind.content_type);
      file.etag = etag;
      file.content = std::make_shared<const std::string>(std::move(content));
      if (std::filesystem::exists(entry.path().string() + ".gz", error)) {
        ASSIGN_OR_RETURN(std::string zipped, config::ReadFile(entry.path().string() + ".gz"));
        file.gzip = std::make_shared<const std::string>(std::move(zipped));
      }
    }
  }
  const auto index = files.files_.find("/index.html");
  if (index == files.files_.end()) {
    return ProblemStatus(absl::StatusCode::kNotFound,
                         {"WEB_DIR_MISSING", "web_dir", "web_dir 中没有 index.html",
                          "there is no index.html in web_dir"});
  }
  files.files_["/"] = index->second;
  return files;
}

std::unique_ptr<http::HttpResponse> StaticFiles::Find(const std::string& path,
                                                      const std::string& etag, bool gzip) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return nullptr;
  auto response = std::make_unique<http::HttpResponse>();
  // Names below /assets/ hold a hash of the content: another content, another name.
  const bool hashed = absl::StartsWith(path, "/assets/");
  response->headers = {
      {"ETag", found->second.etag},
      {"Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Vary", "Accept-Encoding"}};
  if (etag == found->second.etag) {
    response->status = 304;
    return response;
  }
  response->content_type = found->second.content_type;
  response->body = found->second.content;
  if (gzip && found->second.gzip != nullptr) {
    response->body = found->second.gzip;
    response->headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

}  // namespace fupin::gateway
