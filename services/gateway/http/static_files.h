// The files of the web app, read once and kept in memory: no request ever touches the disk.
#ifndef FUPIN_SERVICES_GATEWAY_HTTP_STATIC_FILES_H_
#define FUPIN_SERVICES_GATEWAY_HTTP_STATIC_FILES_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/http/message.h"

namespace fupin::gateway {

class StaticFiles {
 public:
  // NOT_FOUND / WEB_DIR_MISSING when the folder has no index.html.
  static absl::StatusOr<StaticFiles> Load(const std::string& dir);

  // Null when there is no such file. "/" is index.html. `etag` as the caller sent it in
  // If-None-Match. `gzip`: the caller takes it; then the file's copy PATH.gz, where there is one.
  std::unique_ptr<http::HttpResponse> Find(const std::string& path, const std::string& etag,
                                           bool gzip = false) const;

 private:
  struct File {
    std::string content_type;
    std::string etag;
    std::shared_ptr<const std::string> content;
    std::shared_ptr<const std::string> gzip;  // null: no copy
  };
  std::map<std::string, File> files_;  // by path: "/app.js"
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_HTTP_STATIC_FILES_H_
