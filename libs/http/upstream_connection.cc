#include "libs/http/upstream_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/match.h"

namespace fupin::http {
namespace {

namespace beast = boost::beast;
namespace beast_http = boost::beast::http;

constexpr size_t kPiece = 16 << 10;
// From here on an answer is passed on as it comes instead of whole.
constexpr uint64_t kLargeAnswer = 1 << 20;

// Of the answer's headers, those that belong to the connection between us.
bool BelongsToConnection(beast_http::field name) {
  return name == beast_http::field::connection || name == beast_http::field::content_length ||
         name == beast_http::field::transfer_encoding || name == beast_http::field::content_type ||
         name == beast_http::field::keep_alive;
}

std::string Text(beast::string_view text) { return std::string(text.data(), text.size()); }

}  // namespace

std::shared_ptr<UpstreamConnection> UpstreamConnection::Open(Loop& loop, const UpstreamAddress& to,
                                                             TlsContext context) {
  const int made =
      socket(to.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (made < 0) return nullptr;
  const int on = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(made, reinterpret_cast<const sockaddr*>(&to.address), to.size) != 0 &&
      errno != EINPROGRESS) {
    close(made);
    return nullptr;
  }
  auto connection = std::make_shared<UpstreamConnection>(loop, made, std::move(context), to.host);
  loop.Watch(made, connection);
  return connection;
}

UpstreamConnection::UpstreamConnection(Loop& loop, int socket, TlsContext context,
                                       const std::string& host)
    : loop_(loop),
      context_(std::move(context)),
      wire_(socket, context_ == nullptr ? nullptr : SSL_new(context_.get())) {
  if (wire_.ssl() == nullptr) return;
  SSL_set_connect_state(wire_.ssl());
  SSL_set_tlsext_host_name(wire_.ssl(), host.c_str());
  SSL_set1_host(wire_.ssl(), host.c_str());
}

void UpstreamConnection::SetDeadline(absl::Duration patience) {
  deadline = loop_.now() + absl::ToChronoNanoseconds(patience);
}

void UpstreamConnection::Send(Request request, Done done) {
  request_ = std::move(request);
  done_ = std::move(done);
  SetDeadline(request_->patience);
  if (state_ == State::kIdle) BeginSending();
  // What is new is told by the loop when it has connected.
}

void UpstreamConnection::BeginSending() {
  state_ = State::kHead;
  came_ = Came::kSent;
  parser_.emplace();
  parser_->eager(false);
  parser_->skip(request_->head_only);
  // Beast 1.74 takes boost::none for less than every length.
  parser_->body_limit(std::numeric_limits<uint64_t>::max());
  wire_.Write(request_->text);
  if (wire_.Flush() == Wire::State::kBroken) End();
}

void UpstreamConnection::Ready(uint32_t events) {
  if (!wire_.Told(events)) return End();
  if (state_ == State::kConnecting) {
    if ((events & EPOLLOUT) == 0) return;
    state_ = State::kHandshake;
  }
  Proceed();
}

void UpstreamConnection::Proceed() {
  while (Step()) {
  }
}

bool UpstreamConnection::Step() {
  if (state_ == State::kOver || state_ == State::kConnecting) return false;
  if (state_ == State::kHandshake) {
    const Wire::State shaken = wire_.Handshake();
    if (wire_.Flush() == Wire::State::kBroken || shaken == Wire::State::kBroken) End();
    if (shaken != Wire::State::kDone || state_ == State::kOver) return false;
    BeginSending();
    return state_ != State::kOver;
  }
  if (wire_.waiting() > 0 && wire_.Flush() == Wire::State::kBroken) End();
  switch (state_) {
    case State::kIdle: {
      // Nothing was asked: only an end can come, or what belongs to TLS.
      char unasked = 0;
      if (wire_.Read(&unasked, 1) != 0) End();
      return false;
    }
    case State::kHead:
      return ReadHead();
    case State::kBody:
      return ReadBody();
    case State::kStreaming:
      return ReadStream();
    default:
      return false;
  }
}

bool UpstreamConnection::ReadHead() {
  const auto room = buffer_.prepare(kPiece);
  const int got = wire_.Read(static_cast<char*>(room.data()), room.size());
  if (got < 0) End();
  if (got <= 0) return false;
  buffer_.commit(static_cast<size_t>(got));
  beast::error_code error;
  buffer_.consume(parser_->put(buffer_.data(), error));
  if (error && error != beast_http::error::need_more) {
    End();
    return false;
  }
  if (parser_->is_header_done()) TakeHead();
  return state_ != State::kOver;
}

void UpstreamConnection::TakeHead() {
  came_ = Came::kAnswered;
  const auto& message = parser_->get();
  const auto type = message[beast_http::field::content_type];
  response_ = HttpResponse();
  response_.status = static_cast<int>(message.result_int());
  response_.content_type = Text(type);
  for (const auto& field : message) {
    if (BelongsToConnection(field.name())) continue;
    response_.headers.emplace_back(Text(field.name_string()), Text(field.value()));
  }
  keep_ = message.keep_alive();
  got_ = 0;
  size_.reset();
  if (const auto length = parser_->content_length()) size_ = *length;
  endless_ = absl::StartsWith(absl::string_view(type.data(), type.size()), "text/event-stream");
  const bool bare = request_->head_only || response_.status == 304 || response_.status == 204;
  if (parser_->chunked() || (!bare && !endless_ && !size_)) return End();  // no server of ours
  if (bare) size_ = 0;
  if (!endless_ && *size_ <= kLargeAnswer) {
    state_ = State::kBody;
    body_.resize(*size_);
    got_ = std::min(body_.size(), buffer_.size());
    std::memcpy(body_.data(), buffer_.data().data(), got_);
    buffer_.consume(got_);
    return;
  }
  keep_ = false;
  state_ = State::kStreaming;
  stream_ = std::make_shared<BodyStream>();
  response_.stream = stream_;
  response_.stream_size = size_;
  std::exchange(done_, nullptr)(Came::kAnswered, std::move(response_));
}

bool UpstreamConnection::ReadBody() {
  while (got_ < body_.size()) {
    const int got = wire_.Read(body_.data() + got_, body_.size() - got_);
    if (got < 0) End();
    if (got <= 0) return false;
    got_ += static_cast<size_t>(got);
  }
  Finish();
  return false;
}

void UpstreamConnection::Finish() {
  response_.body = std::make_shared<const std::string>(std::move(body_));
  body_.clear();
  deadline = Loop::Time::max();
  state_ = State::kIdle;
  const Done done = std::exchange(done_, nullptr);
  // More than was asked for: what would follow cannot be told apart.
  if (!keep_ || buffer_.size() > 0) End();
  done(Came::kAnswered, std::move(response_));
}

bool UpstreamConnection::ReadStream() {
  if (paused_) return false;
  if (endless_) {
    deadline = Loop::Time::max();
  } else {
    SetDeadline(request_->patience);
  }
  char piece[kPiece];
  int got = static_cast<int>(std::min(buffer_.size(), kPiece));
  if (got > 0) {
    std::memcpy(piece, buffer_.data().data(), static_cast<size_t>(got));
    buffer_.consume(static_cast<size_t>(got));
  } else {
    got = wire_.Read(piece, sizeof piece);
  }
  if (got == 0) return false;
  if (got > 0) {
    got_ += static_cast<size_t>(got);
    if (!stream_->Write({piece, static_cast<size_t>(got)})) got = -1;  // nobody reads any more
  }
  if (got < 0 || (size_ && got_ >= *size_)) {
    End();
    return false;
  }
  if (endless_) return true;
  // Who reads slowly here is read for slowly there.
  paused_ = true;
  deadline = Loop::Time::max();
  auto self = std::static_pointer_cast<UpstreamConnection>(shared_from_this());
  stream_->WhenRoom([self] {
    self->loop_.Post([self] {
      self->paused_ = false;
      self->Proceed();
    });
  });
  return false;
}

void UpstreamConnection::Expired() {
  came_ = std::max(came_, Came::kSent);  // who does not even connect has had his time, too
  End();
}

void UpstreamConnection::End() {
  if (state_ == State::kOver) return;
  state_ = State::kOver;
  deadline = Loop::Time::max();
  shutdown(wire_.socket(), SHUT_RDWR);
  const auto self = shared_from_this();
  loop_.Forget(wire_.socket(), *this);
  if (stream_ != nullptr) stream_->End();
  HttpResponse none;
  none.status = 0;
  if (const Done done = std::exchange(done_, nullptr)) done(came_, std::move(none));
}

}  // namespace fupin::http
