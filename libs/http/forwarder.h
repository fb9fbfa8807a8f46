// Hands requests on to another server of the suite, over connections that are kept: for bytes that
// are not worth a gRPC call of their own, such as tiles, and for bodies that go on, such as events.
#ifndef FUPIN_LIBS_HTTP_FORWARDER_H_
#define FUPIN_LIBS_HTTP_FORWARDER_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/http/message.h"
#include "libs/rpc/credentials.h"

namespace fupin::http {

// Safe for concurrent use. Only GET and HEAD: anything else could happen twice.
class Forwarder {
 public:
  // `address`: "host:port". `tls` absent: plain HTTP. `patience`: for an answer to begin.
  Forwarder(std::string address, std::optional<rpc::TlsFiles> tls, absl::Duration patience);
  ~Forwarder();

  // Looks up the address and takes up replaced certificate files; once before the first request,
  // then every second or so. INVALID_ARGUMENT: certificate files that cannot be used.
  absl::Status Refresh();

  // On a thread of an HttpServer only: the request is handed on and answered on that same thread,
  // over connections of its own, so that nothing has to be woken but the other server. `headers`:
  // to add. Calls `respond` once: with the other server's answer, its body passed on as it comes
  // when it is a stream of events or large (no more than BodyStream::kEnoughWaiting and a piece of
  // it are held); with status 0 when there is no answer. `patience`: for this answer.
  void Forward(const HttpRequest& request, std::vector<std::pair<std::string, std::string>> headers,
               Respond respond, std::optional<absl::Duration> patience = std::nullopt);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_FORWARDER_H_
