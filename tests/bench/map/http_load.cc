#include "tests/bench/map/http_load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/macros.h"

namespace fupin::bench::map {
namespace {

constexpr size_t kPiece = 128 << 10;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A connected socket, through TLS when the origin has it. Not blocking.
class Wire {
 public:
  explicit Wire(const Origin& origin) {
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    FUPIN_CHECK(socket_ >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(origin.port));
    FUPIN_CHECK(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (origin.tls) {
      context_ = SSL_CTX_new(TLS_client_method());
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
      FUPIN_CHECK(SSL_CTX_load_verify_file(context_, origin.tls->ca.c_str()) == 1);
      if (!origin.tls->certificate.empty()) {
        FUPIN_CHECK(SSL_CTX_use_certificate_chain_file(context_, origin.tls->certificate.c_str()) ==
                    1);
        FUPIN_CHECK(
            SSL_CTX_use_PrivateKey_file(context_, origin.tls->key.c_str(), SSL_FILETYPE_PEM) == 1);
      }
      ssl_ = SSL_new(context_);
      SSL_set_tlsext_host_name(ssl_, "localhost");
      SSL_set1_host(ssl_, "localhost");
      SSL_set_fd(ssl_, socket_);
      FUPIN_CHECK(SSL_connect(ssl_) == 1);
    }
    fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
  }
  ~Wire() {
    if (ssl_ != nullptr) {
      SSL_shutdown(ssl_);
      SSL_free(ssl_);
      SSL_CTX_free(context_);
    }
    close(socket_);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  int socket_number() const { return socket_; }

  // Requests are small: they fit the socket's memory at once.
  void Send(const std::string& text) {
    const auto size = static_cast<int>(text.size());
    if (ssl_ != nullptr) {
      FUPIN_CHECK(SSL_write(ssl_, text.data(), size) == size);
    } else {
      FUPIN_CHECK(write(socket_, text.data(), text.size()) == size);
    }
  }

  // Bytes read, 0: none now, -1: the other side is gone.
  int Receive(char* to, size_t room) {
    if (ssl_ == nullptr) {
      const ssize_t got = read(socket_, to, room);
      return got > 0 ? static_cast<int>(got) : got < 0 && errno == EAGAIN ? 0 : -1;
    }
    ERR_clear_error();
    const int got = SSL_read(ssl_, to, static_cast<int>(room));
    if (got > 0) return got;
    const int error = SSL_get_error(ssl_, got);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
  }

 private:
  int socket_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
};

}  // namespace

std::string HeaderOf(absl::string_view headers, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(headers, "\r\n")) {
    const size_t colon = line.find(':');
    if (colon != absl::string_view::npos && absl::EqualsIgnoreCase(line.substr(0, colon), name)) {
      return std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    }
  }
  return "";
}

std::string RequestFor(const std::string& path, const std::vector<std::string>& headers) {
  std::string text = absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: localhost\r\n");
  for (const std::string& header : headers) absl::StrAppend(&text, header, "\r\n");
  return text + "\r\n";
}

class HttpLoad::Connection {
 public:
  explicit Connection(const Origin& origin) : wire_(origin), buffer_(kPiece, '\0') {}

  int socket_number() const { return wire_.socket_number(); }
  bool busy() const { return request_ != nullptr; }

  void Send(const std::string* request) {
    request_ = request;
    got_ = 0;
    body_begin_ = 0;
    begun_ = Now();
    wire_.Send(*request);
  }

  // Reads what there is; true when the answer is whole and in `answer`.
  bool Receive(Answer* answer) {
    while (true) {
      if (buffer_.size() < got_ + kPiece) buffer_.resize(2 * buffer_.size());
      const int read = wire_.Receive(buffer_.data() + got_, buffer_.size() - got_);
      FUPIN_CHECK(read >= 0);
      if (read == 0) return false;
      got_ += static_cast<size_t>(read);
      if (body_begin_ == 0 && !ReadHeader()) continue;
      if (got_ < body_begin_ + body_size_) continue;
      FUPIN_CHECK(got_ == body_begin_ + body_size_);
      const absl::string_view all(buffer_.data(), got_);
      *answer = {status_, all.substr(0, body_begin_), all.substr(body_begin_), Now() - begun_};
      return true;
    }
  }

  const std::string* Take() { return std::exchange(request_, nullptr); }

 private:
  bool ReadHeader() {
    const absl::string_view text(buffer_.data(), got_);
    const size_t end = text.find("\r\n\r\n");
    if (end == absl::string_view::npos) return false;
    const absl::string_view headers = text.substr(0, end);
    FUPIN_CHECK(headers.size() > 12 && absl::SimpleAtoi(headers.substr(9, 3), &status_));
    body_begin_ = end + 4;
    body_size_ = 0;
    const std::string length = HeaderOf(headers, "content-length");
    if (status_ == 304 || status_ == 204) return true;
    FUPIN_CHECK(absl::SimpleAtoi(length, &body_size_));  // nothing here sends chunks
    return true;
  }

  Wire wire_;
  std::string buffer_;
  const std::string* request_ = nullptr;
  size_t got_ = 0;
  size_t body_begin_ = 0;
  size_t body_size_ = 0;
  int status_ = 0;
  double begun_ = 0;
};

HttpLoad::HttpLoad(const Origin& origin, int connections) : poll_(epoll_create1(0)) {
  for (int i = 0; i < connections; ++i) {
    connections_.push_back(std::make_unique<Connection>(origin));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<uint32_t>(i);
    FUPIN_CHECK(epoll_ctl(poll_, EPOLL_CTL_ADD, connections_.back()->socket_number(), &event) == 0);
  }
}

HttpLoad::~HttpLoad() { close(poll_); }

void HttpLoad::Run(const Next& next, const Done& done) {
  size_t open = 0;
  for (auto& connection : connections_) {
    const std::string* request = next();
    if (request == nullptr) break;
    connection->Send(request);
    ++open;
  }
  epoll_event events[64];
  while (open > 0) {
    const int ready = epoll_wait(poll_, events, 64, 30'000);
    FUPIN_CHECK(ready > 0);  // half a minute without an answer
    for (int i = 0; i < ready; ++i) {
      Connection& connection = *connections_[events[i].data.u32];
      Answer answer;
      if (!connection.Receive(&answer)) continue;
      const std::string* request = connection.Take();
      done(*request, answer);
      request = next();
      if (request != nullptr) {
        connection.Send(request);
      } else {
        --open;
      }
    }
  }
}

HttpLoad::Kept HttpLoad::Fetch(const std::string& request) {
  Kept kept;
  bool sent = false;
  Run([&] { return std::exchange(sent, true) ? nullptr : &request; },
      [&](const std::string&, const Answer& answer) {
        kept = {answer.status, std::string(answer.headers), std::string(answer.body),
                answer.seconds};
      });
  return kept;
}

class EventStream::Socket : public Wire {
  using Wire::Wire;
};

EventStream::EventStream(const Origin& origin, const std::string& path)
    : socket_(std::make_unique<Socket>(origin)) {
  socket_->Send(RequestFor(path, {"Accept: text/event-stream"}));
}

EventStream::~EventStream() = default;

std::string EventStream::Read(absl::Duration patience) {
  const double end = Now() + absl::ToDoubleSeconds(patience);
  std::string piece(kPiece, '\0');
  while (true) {
    const int got = socket_->Receive(piece.data(), piece.size());
    FUPIN_CHECK(got >= 0);
    if (got > 0) {
      piece.resize(static_cast<size_t>(got));
      if (in_body_) return piece;
      begun_ += piece;
      const size_t header_end = begun_.find("\r\n\r\n");
      piece.resize(kPiece);
      if (header_end == std::string::npos) continue;
      FUPIN_CHECK(absl::StartsWith(begun_, "HTTP/1.1 200"));
      in_body_ = true;
      if (header_end + 4 < begun_.size()) return begun_.substr(header_end + 4);
      continue;
    }
    const double left = end - Now();
    if (left <= 0) return "";
    pollfd wait{socket_->socket_number(), POLLIN, 0};
    poll(&wait, 1, static_cast<int>(left * 1000) + 1);
  }
}

}  // namespace fupin::bench::map
