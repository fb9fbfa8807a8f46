#include "libs/http/wire.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace fupin::http {
namespace {

constexpr size_t kRecord = 16 << 10;

// Memory for what is on its way, lent to whichever wire of this thread writes just now: a wire that
// has sent everything holds none.
thread_local std::string spare;

// Of others on this thread: OpenSSL would take them for ours.
void ForgetErrors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

// OpenSSL reads from the socket and writes into out_.
struct WireBio {
  static int Read(BIO* bio, char* to, int room) {
    BIO_clear_retry_flags(bio);
    auto* wire = static_cast<Wire*>(BIO_get_data(bio));
    const int got = wire->Receive(to, static_cast<size_t>(room));
    if (got < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
    return got;
  }
  static int Write(BIO* bio, const char* from, int size) {
    auto* wire = static_cast<Wire*>(BIO_get_data(bio));
    if (wire->out_.empty()) wire->out_.swap(spare);
    wire->out_.append(from, static_cast<size_t>(size));
    return size;
  }
  static long Control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* Make() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");
    BIO_meth_set_read(method, Read);
    BIO_meth_set_write(method, Write);
    BIO_meth_set_ctrl(method, Control);
    BIO_meth_set_create(method, [](BIO* bio) {
      BIO_set_init(bio, 1);
      return 1;
    });
    return method;
  }
};

Wire::Wire(int socket, SSL* ssl) : socket_(socket), ssl_(ssl) {
  if (ssl_ == nullptr) return;
  static BIO_METHOD* const method = WireBio::Make();
  BIO* bio = BIO_new(method);
  BIO_set_data(bio, this);
  SSL_set_bio(ssl_, bio, bio);
}

Wire::~Wire() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  close(socket_);
}

bool Wire::Told(uint32_t events) {
  if ((events & EPOLLIN) != 0) readable_ = true;
  if ((events & EPOLLOUT) != 0) writable_ = true;
  if ((events & (EPOLLRDHUP | EPOLLHUP)) != 0) {
    readable_ = true;
    ended_ = true;
  }
  return (events & EPOLLERR) == 0;
}

int Wire::Receive(char* to, size_t room) {
  if (!readable_) {
    errno = EAGAIN;
    return -1;
  }
  ssize_t got = 0;
  do {
    got = recv(socket_, to, room, 0);
  } while (got < 0 && errno == EINTR);
  // Less than there was room for: the loop tells when more is there. An end is told only once.
  if (got < 0 || (static_cast<size_t>(got) < room && !ended_)) readable_ = false;
  return static_cast<int>(got);
}

Wire::State Wire::Handshake() {
  if (ssl_ == nullptr) return State::kDone;
  ForgetErrors();
  const int done = SSL_do_handshake(ssl_);
  if (done == 1) return State::kDone;
  const int error = SSL_get_error(ssl_, done);
  ERR_clear_error();
  return error == SSL_ERROR_WANT_READ ? State::kWait : State::kBroken;
}

int Wire::Read(char* to, size_t room) {
  if (ssl_ == nullptr) {
    const int got = Receive(to, room);
    if (got > 0) return got;
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
  }
  ForgetErrors();
  const int got = SSL_read(ssl_, to, static_cast<int>(room));
  if (got > 0) return got;
  const int error = SSL_get_error(ssl_, got);
  ERR_clear_error();
  return error == SSL_ERROR_WANT_READ ? 0 : -1;
}

void Wire::Write(absl::string_view bytes) {
  if (ssl_ == nullptr) {
    out_.append(bytes.data(), bytes.size());
    return;
  }
  ForgetErrors();
  while (!bytes.empty() && !broken_) {
    const size_t size = std::min(bytes.size(), kRecord);
    broken_ = SSL_write(ssl_, bytes.data(), static_cast<int>(size)) <= 0;
    bytes.remove_prefix(size);
  }
  if (broken_) ERR_clear_error();
}

void Wire::WriteEnd() {
  if (ssl_ != nullptr && !broken_) {
    SSL_shutdown(ssl_);
    ERR_clear_error();
  }
}

Wire::State Wire::Flush() {
  while (sent_ < out_.size()) {
    if (broken_) return State::kBroken;
    if (!writable_) return State::kWait;
    const ssize_t sent = send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (sent >= 0) {
      sent_ += static_cast<size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      writable_ = false;
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
  if (broken_) return State::kBroken;
  sent_ = 0;
  out_.clear();
  if (out_.capacity() > spare.capacity()) out_.swap(spare);
  out_.shrink_to_fit();
  return State::kDone;
}

}  // namespace fupin::http
