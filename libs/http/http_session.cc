#include "libs/http/http_session.h"

#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include <boost/beast/http/status.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace fupin::http {
namespace {

namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using Error = beast::error_code;

constexpr size_t kPiece = 16 << 10;
// More than this is not encrypted before some of it has been taken.
constexpr size_t kMostWaiting = 256 << 10;
constexpr absl::Duration kLinger = absl::Seconds(2);

std::string Text(beast::string_view text) { return std::string(text.data(), text.size()); }

std::string HeadOf(const HttpResponse& response, std::optional<uint64_t> size, bool keep_alive) {
  const auto reason = beast_http::obsolete_reason(
      beast_http::int_to_status(static_cast<unsigned>(response.status)));
  std::string head = absl::StrCat("HTTP/1.1 ", response.status, " ",
                                  absl::string_view(reason.data(), reason.size()), "\r\n");
  const auto add = [&head](absl::string_view name, absl::string_view value) {
    absl::StrAppend(&head, name, ": ", value, "\r\n");
  };
  if (!keep_alive) add("Connection", "close");
  if (!response.content_type.empty()) add("Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) add(name, value);
  if (size) absl::StrAppend(&head, "Content-Length: ", *size, "\r\n");
  return head + "\r\n";
}

}  // namespace

HttpSession::HttpSession(SessionHost& host, Loop& loop, int socket, TlsContext context,
                         std::string remote)
    : host_(host),
      loop_(loop),
      context_(std::move(context)),
      wire_(socket, context_ == nullptr ? nullptr : SSL_new(context_.get())),
      remote_(std::move(remote)) {
  if (wire_.ssl() != nullptr) SSL_set_accept_state(wire_.ssl());
}

void HttpSession::Start() {
  loop_.Watch(wire_.socket(), shared_from_this());
  SetDeadline(host_.limits.receive);
  Proceed();
}

void HttpSession::SetDeadline(absl::Duration patience) {
  deadline = patience == absl::InfiniteDuration()
                 ? Loop::Time::max()
                 : loop_.now() + absl::ToChronoNanoseconds(patience);
}

void HttpSession::Ready(uint32_t events) {
  const bool whole = wire_.Told(events);
  // Who has asked may close his side and still wait for the answer; not one who follows events.
  if (!whole || (state_ == State::kStreaming && wire_.ended())) return End();
  Proceed();
}

void HttpSession::Expired() {
  if (state_ == State::kHandling) return;
  End();
}

void HttpSession::Dropped() { End(); }

void HttpSession::Proceed() {
  if (proceeding_) return;
  proceeding_ = true;
  while (Step()) {
  }
  proceeding_ = false;
}

bool HttpSession::Step() {
  switch (state_) {
    case State::kHandshake:
      return ShakeHands();
    case State::kReading:
      return ReadRequest();
    case State::kWriting:
      return WriteAnswer();
    case State::kStreaming:
      return WriteStream();
    case State::kLingering:
      return Linger();
    case State::kHandling:
    case State::kOver:
      return false;
  }
  return false;
}

bool HttpSession::ShakeHands() {
  const Wire::State shaken = wire_.Handshake();
  const Wire::State sent = wire_.Flush();  // also what says why it failed
  if (shaken == Wire::State::kBroken || sent == Wire::State::kBroken) {
    End();
    return false;
  }
  if (shaken == Wire::State::kWait) return false;
  if (wire_.ssl() != nullptr) client_pem_ = PeerPem(wire_.ssl());
  BeginReading(host_.limits.receive);
  return true;
}

void HttpSession::BeginReading(absl::Duration patience) {
  state_ = State::kReading;
  begun_ = false;
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(host_.limits.max_header_bytes));
  parser_->body_limit(host_.limits.max_body_bytes);
  parser_->eager(false);
  SetDeadline(patience);
}

bool HttpSession::ReadRequest() {
  while (true) {
    if (buffer_.size() > 0) {
      if (!begun_) SetDeadline(host_.limits.receive);
      begun_ = true;
      bool whole = false;
      if (!Parse(&whole)) return true;
      if (whole) {
        Handle();
        return true;
      }
    }
    const auto room = buffer_.prepare(kPiece);
    const int got = wire_.Read(static_cast<char*>(room.data()), room.size());
    if (got < 0) {
      BeginClosing();
      return true;
    }
    if (got == 0) {
      if (wire_.Flush() == Wire::State::kBroken) End();
      return false;
    }
    buffer_.commit(static_cast<size_t>(got));
  }
}

bool HttpSession::Parse(bool* whole) {
  while (!parser_->is_done() && buffer_.size() > 0) {
    const bool had_header = parser_->is_header_done();
    Error error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error == beast_http::error::need_more) break;
    if (error) {
      Refuse(error == beast_http::error::header_limit ? BrokenRequest::kHeaderTooLarge
             : error == beast_http::error::body_limit ? BrokenRequest::kBodyTooLarge
                                                      : BrokenRequest::kMalformed);
      return false;
    }
    if (had_header || !parser_->is_header_done()) continue;
    parser_->eager(true);
    if (beast::iequals(parser_->get()[beast_http::field::expect], "100-continue")) {
      wire_.Write("HTTP/1.1 100 Continue\r\n\r\n");
    }
  }
  *whole = parser_->is_done();
  return true;
}

void HttpSession::Handle() {
  const auto& message = parser_->get();
  auto request = std::make_shared<HttpRequest>();
  request->method = Text(message.method_string());
  const beast::string_view target = message.target();
  const size_t question = target.find('?');
  request->path = Text(target.substr(0, question));
  if (question != beast::string_view::npos) request->query = Text(target.substr(question + 1));
  for (const auto& field : message) {
    std::string name = Text(field.name_string());
    absl::AsciiStrToLower(&name);
    request->headers[std::move(name)] = Text(field.value());
  }
  request->client_pem = client_pem_;
  request->remote = remote_;
  head_only_ = message.method() == beast_http::verb::head;
  keep_alive_ = message.keep_alive() && !host_.draining;
  request->body = std::move(parser_->get().body());
  deadline = Loop::Time::max();  // the handler has a deadline of its own
  state_ = State::kHandling;
  busy_ = true;
  host_.busy(1);
  auto self = std::static_pointer_cast<HttpSession>(shared_from_this());
  host_.handler.Handle(request,
                       [self](HttpResponse response) { self->Answer(std::move(response)); });
}

void HttpSession::Answer(HttpResponse response) {
  if (!loop_.Here()) {
    auto self = std::static_pointer_cast<HttpSession>(shared_from_this());
    return loop_.Post([self, response = std::move(response)] { self->Answer(response); });
  }
  if (state_ != State::kHandling) {
    if (response.stream != nullptr) response.stream->Abandon();
    return;
  }
  BeginWriting(std::move(response));
  Proceed();
}

void HttpSession::Refuse(BrokenRequest why) {
  host_.broken();
  keep_alive_ = false;
  head_only_ = false;
  BeginWriting(host_.handler.Refuse(why));
}

void HttpSession::BeginWriting(HttpResponse response) {
  SetDeadline(host_.limits.idle);
  written_ = 0;
  if (response.stream != nullptr && !head_only_) {
    if (std::exchange(busy_, false)) host_.busy(-1);  // nobody waits for what never ends
    keep_alive_ = false;
    wire_.Write(HeadOf(response, response.stream_size, /*keep_alive=*/false));
    stream_ = std::move(response.stream);
    state_ = State::kStreaming;
    return;
  }
  // Whoever writes it must not wait for a reader that never comes.
  if (response.stream != nullptr) response.stream->Abandon();
  // The answer to HEAD states the length of a body it does not carry.
  const uint64_t size = response.body == nullptr ? 0 : response.body->size();
  head_ = HeadOf(response, response.stream_size.value_or(size), keep_alive_);
  body_ = head_only_ ? nullptr : std::move(response.body);
  state_ = State::kWriting;
}

bool HttpSession::WriteAnswer() {
  const size_t size = body_ == nullptr ? 0 : body_->size();
  if (!head_.empty()) {
    // The head and what fits beside it make one record.
    written_ = head_.size() < kPiece ? std::min(size, kPiece - head_.size()) : 0;
    if (written_ > 0) head_.append(*body_, 0, written_);
    wire_.Write(head_);
    head_.clear();
  }
  while (true) {
    while (written_ < size && wire_.waiting() < kMostWaiting) {
      const size_t piece = std::min(size - written_, kPiece);
      wire_.Write(absl::string_view(*body_).substr(written_, piece));
      written_ += piece;
    }
    const Wire::State sent = wire_.Flush();
    if (sent == Wire::State::kBroken) {
      End();
      return false;
    }
    if (sent == Wire::State::kWait) return false;
    if (written_ == size) break;
  }
  body_.reset();
  if (std::exchange(busy_, false)) host_.busy(-1);
  if (keep_alive_) {
    BeginReading(host_.limits.idle);
  } else {
    BeginClosing();
  }
  return true;
}

bool HttpSession::WriteStream() {
  while (true) {
    const Wire::State sent = wire_.Flush();
    if (sent == Wire::State::kBroken) {
      End();
      return false;
    }
    if (sent == Wire::State::kWait) return false;
    bool ended = false;
    auto self = std::static_pointer_cast<HttpSession>(shared_from_this());
    const std::string chunk =
        stream_->Take([self] { self->loop_.Post([self] { self->Proceed(); }); }, &ended);
    if (ended) {
      stream_.reset();
      BeginClosing();
      return true;
    }
    if (chunk.empty()) {
      deadline = Loop::Time::max();
      return false;
    }
    SetDeadline(host_.limits.idle);
    wire_.Write(chunk);
  }
}

void HttpSession::BeginClosing() {
  state_ = State::kLingering;
  SetDeadline(kLinger);
  wire_.WriteEnd();
}

// What still comes is read and thrown away: closing a socket that holds some of it would take back
// the answer that is on its way.
bool HttpSession::Linger() {
  const Wire::State sent = wire_.Flush();
  if (sent == Wire::State::kWait) return false;
  if (sent == Wire::State::kDone) {
    shutdown(wire_.socket(), SHUT_WR);
    char ignored[4096];
    int got = 0;
    do {
      got = wire_.Read(ignored, sizeof ignored);
    } while (got > 0);
    if (got == 0) return false;
  }
  End();
  return false;
}

void HttpSession::End() {
  if (state_ == State::kOver) return;
  state_ = State::kOver;
  if (stream_ != nullptr) stream_->Abandon();
  stream_.reset();
  if (std::exchange(busy_, false)) host_.busy(-1);
  deadline = Loop::Time::max();
  host_.left(remote_);
  shutdown(wire_.socket(), SHUT_RDWR);
  loop_.Forget(wire_.socket(), *this);
}

}  // namespace fupin::http
