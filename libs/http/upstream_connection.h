// One kept connection of a Forwarder to the other server: a request, its answer, again.
#ifndef FUPIN_LIBS_HTTP_UPSTREAM_CONNECTION_H_
#define FUPIN_LIBS_HTTP_UPSTREAM_CONNECTION_H_

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

// Before Beast, which uses std::exchange without including it.
#include <utility>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "absl/time/time.h"
#include "libs/http/loop.h"
#include "libs/http/message.h"
#include "libs/http/tls_context.h"
#include "libs/http/wire.h"

namespace fupin::http {

// Where the other server is.
struct UpstreamAddress {
  std::string host;  // the name its certificate has to have
  sockaddr_storage address{};
  socklen_t size = 0;
};

// Used on its loop's thread only.
class UpstreamConnection : public Loop::Watcher {
 public:
  struct Request {
    std::string text;  // head, as it is sent
    bool head_only = false;
    absl::Duration patience;  // for the answer to begin, and between two pieces of it
  };
  // How far a request came. kUnsent: there was nobody to send it to.
  enum class Came { kUnsent, kSent, kAnswered };
  // Called once for each request; `reusable()` tells whether another may follow. Status 0: no
  // answer, or not all of it.
  using Done = std::function<void(Came came, HttpResponse response)>;

  // Null when no socket can be made. `context` null: plain.
  static std::shared_ptr<UpstreamConnection> Open(Loop& loop, const UpstreamAddress& to,
                                                  TlsContext context);
  UpstreamConnection(Loop& loop, int socket, TlsContext context, const std::string& host);

  void Send(Request request, Done done);
  bool reusable() const { return state_ == State::kIdle; }
  const TlsContext& context() const { return context_; }
  void End();

  void Ready(uint32_t events) override;
  void Expired() override;
  void Dropped() override { End(); }

 private:
  enum class State { kConnecting, kHandshake, kIdle, kHead, kBody, kStreaming, kOver };

  void Proceed();
  bool Step();
  void BeginSending();
  bool ReadHead();
  void TakeHead();
  bool ReadBody();
  bool ReadStream();
  void Finish();
  void SetDeadline(absl::Duration patience);

  Loop& loop_;
  const TlsContext context_;  // outlives the wire that was made from it
  Wire wire_;
  State state_ = State::kConnecting;
  Came came_ = Came::kUnsent;
  std::optional<Request> request_;
  Done done_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::response_parser<boost::beast::http::empty_body>> parser_;
  bool keep_ = false;
  HttpResponse response_;
  std::string body_;
  size_t got_ = 0;                // of body_, or of what is passed on
  std::optional<uint64_t> size_;  // of it; none: until the other side ends
  bool endless_ = false;          // events: silence is no failure
  bool paused_ = false;           // until there is room in stream_
  std::shared_ptr<BodyStream> stream_;
};

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_UPSTREAM_CONNECTION_H_
