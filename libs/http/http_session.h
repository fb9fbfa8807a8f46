// One connection of the HTTP server: read a request, answer it, again.
#ifndef FUPIN_LIBS_HTTP_HTTP_SESSION_H_
#define FUPIN_LIBS_HTTP_HTTP_SESSION_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

// Before Beast, which uses std::exchange without including it.
#include <utility>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "libs/http/http_server.h"
#include "libs/http/loop.h"
#include "libs/http/message.h"
#include "libs/http/tls_context.h"
#include "libs/http/wire.h"

namespace fupin::http {

// What the connections of one server share.
struct SessionHost {
  HttpLimits limits;
  HttpHandler& handler;
  std::function<void(const std::string& remote)> left;  // a connection is over
  std::function<void(int change)> busy;                 // requests begun and answered
  std::function<void()> broken;                         // a request that was none
  std::atomic<bool> draining{false};
};

class HttpSession : public Loop::Watcher {
 public:
  // `context` null: plain. The host must outlive the loop's thread.
  HttpSession(SessionHost& host, Loop& loop, int socket, TlsContext context, std::string remote);

  void Start();  // on the loop's thread
  void Ready(uint32_t events) override;
  void Expired() override;
  void Dropped() override;

 private:
  enum class State { kHandshake, kReading, kHandling, kWriting, kStreaming, kLingering, kOver };

  // Does what can be done now. Never within itself: an answer given at once is found by the outer.
  void Proceed();
  // False: nothing more to do for now.
  bool Step();
  bool ShakeHands();
  bool ReadRequest();
  bool WriteAnswer();
  bool WriteStream();
  bool Linger();

  void BeginReading(absl::Duration patience);
  // False: the request is broken and refused.
  bool Parse(bool* whole);
  void Handle();
  void Refuse(BrokenRequest why);
  // On any thread.
  void Answer(HttpResponse response);
  void BeginWriting(HttpResponse response);
  void BeginClosing();
  void End();
  void SetDeadline(absl::Duration patience);

  SessionHost& host_;
  Loop& loop_;
  const TlsContext context_;  // outlives the wire that was made from it
  Wire wire_;
  const std::string remote_;
  State state_ = State::kHandshake;
  bool proceeding_ = false;
  bool busy_ = false;
  std::string client_pem_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  bool begun_ = false;  // some of a request has come
  bool keep_alive_ = false;
  bool head_only_ = false;
  std::string head_;  // of the answer, until it is written
  std::shared_ptr<const std::string> body_;
  size_t written_ = 0;  // of body_
  std::shared_ptr<BodyStream> stream_;
};

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_HTTP_SESSION_H_
