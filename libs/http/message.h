// One HTTP request and its answer, free of any library's types.
#ifndef FUPIN_LIBS_HTTP_MESSAGE_H_
#define FUPIN_LIBS_HTTP_MESSAGE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace fupin::http {

struct HttpRequest {
  std::string method;                          // "GET"
  std::string path;                            // as sent: still percent-encoded, without the query
  std::string query;                           // without "?"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string client_pem;  // certificate the caller presented, leaf first; empty: none
  std::string remote;      // address, without the port
};

// A body that is written bit by bit: events, and what is too large to be held at once. The handler
// writes, the server sends; whoever is gone or too slow is told to the other. Safe for concurrent
// use.
class BodyStream {
 public:
  // Most bytes that may wait for a reader; who can wait himself does so from kEnoughWaiting on.
  static constexpr size_t kMaxWaiting = 1 << 20;
  static constexpr size_t kEnoughWaiting = 256 << 10;

  // False: the reader is gone or so far behind that it is given up; write no more.
  bool Write(absl::string_view chunk);
  // Calls `more` once, from any thread, when less than kEnoughWaiting waits; at once when that is
  // so now. Never when the reader is gone: what `more` holds is let go then.
  void WhenRoom(std::function<void()> more);
  // No more will be written.
  void End();
  bool open() const;

  // The server's side. What waits, all of it; `wake` is called once when there is more, or at the
  // end, if nothing waits now. `ended`: nothing waits and nothing will come.
  std::string Take(std::function<void()> wake, bool* ended);
  void Abandon();

 private:
  mutable absl::Mutex mutex_;
  std::string waiting_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> wake_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> more_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;
  std::shared_ptr<const std::string> body;
  std::vector<std::pair<std::string, std::string>> headers;
  // A body that goes on, instead of `body`; the connection serves nothing else afterwards.
  std::shared_ptr<BodyStream> stream;
  // How long it will be, where that is known: whoever gets less knows that it is not whole.
  std::optional<uint64_t> stream_size;
};

// Call exactly once, from any thread.
using Respond = std::function<void(HttpResponse)>;

// Why a request never became one.
enum class BrokenRequest { kMalformed, kHeaderTooLarge, kBodyTooLarge };

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // Runs on a network thread: must not block.
  virtual void Handle(std::shared_ptr<const HttpRequest> request, Respond respond) = 0;
  virtual HttpResponse Refuse(BrokenRequest why) = 0;
};

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_MESSAGE_H_
