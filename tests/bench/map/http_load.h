// A client that keeps connections busy, the same for every server that is measured: HTTP/1.1 over
// TLS or without, one thread, each connection sends its next request when it has its answer.
#ifndef FUPIN_TESTS_BENCH_MAP_HTTP_LOAD_H_
#define FUPIN_TESTS_BENCH_MAP_HTTP_LOAD_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/rpc/credentials.h"

namespace fupin::bench::map {

// A server on this machine.
struct Origin {
  int port = 0;
  std::optional<rpc::TlsFiles> tls;  // none: plain HTTP
};

struct Answer {
  int status = 0;
  absl::string_view headers;  // from the status line on; valid during the call only
  absl::string_view body;
  double seconds = 0;  // from sending to the last byte
};

// "" when it is not there; `name` in lower case.
std::string HeaderOf(absl::string_view headers, absl::string_view name);

// A GET request as text; `headers` are whole lines without their ends.
std::string RequestFor(const std::string& path, const std::vector<std::string>& headers = {});

// One thread at a time. Ends the program when a connection breaks: then nothing is measured.
class HttpLoad {
 public:
  HttpLoad(const Origin& origin, int connections);
  ~HttpLoad();
  HttpLoad(const HttpLoad&) = delete;
  HttpLoad& operator=(const HttpLoad&) = delete;

  // Sends what `next` gives until it gives nothing, and waits for the answers.
  using Next = std::function<const std::string*()>;
  using Done = std::function<void(const std::string& request, const Answer& answer)>;
  void Run(const Next& next, const Done& done);

  // One request; what it answers is copied.
  struct Kept {
    int status;
    std::string headers;
    std::string body;
    double seconds;
  };
  Kept Fetch(const std::string& request);

 private:
  class Connection;
  std::vector<std::unique_ptr<Connection>> connections_;
  int poll_ = -1;
};

// A body that goes on: server-sent events.
class EventStream {
 public:
  EventStream(const Origin& origin, const std::string& path);
  ~EventStream();
  // Bytes that came, without the header of the answer; empty after `patience`.
  std::string Read(absl::Duration patience);

 private:
  class Socket;
  std::unique_ptr<Socket> socket_;
  std::string begun_;
  bool in_body_ = false;
};

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_HTTP_LOAD_H_
