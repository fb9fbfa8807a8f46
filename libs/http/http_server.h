// HTTPS server. http_session.h is one connection of it.
#ifndef FUPIN_LIBS_HTTP_HTTP_SERVER_H_
#define FUPIN_LIBS_HTTP_HTTP_SERVER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/http/message.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/credentials.h"

namespace fupin::http {

struct HttpLimits {
  int max_connections = 10000;
  int max_connections_per_address = 256;
  size_t max_body_bytes = 1 << 20;
  size_t max_header_bytes = 16 << 10;
  absl::Duration receive = absl::Seconds(15);
  absl::Duration idle = absl::Seconds(60);
  int threads = 2;
};

class HttpServer {
 public:
  // `tls` absent: plain HTTP, only by explicit setting. `handler` must outlive Stop().
  HttpServer(const HttpLimits& limits, std::optional<rpc::TlsFiles> tls, HttpHandler& handler,
             metrics::Metrics& metrics);
  ~HttpServer();

  // "host:port", port 0 = any. INVALID_ARGUMENT says what cannot be listened on or read, and names
  // the setting the address is from.
  absl::Status Start(const std::string& address, const std::string& setting);
  int port() const;

  // Takes up replaced certificate files for new connections; cheap when nothing changed. Keeps the
  // old ones and returns why when the new ones cannot be used.
  absl::Status RefreshTls();

  // No new connections; requests under way get `grace` to be answered.
  void Stop(absl::Duration grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_HTTP_SERVER_H_
