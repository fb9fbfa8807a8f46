#include "libs/http/http_server.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/config/folder_state.h"
#include "libs/http/http_session.h"
#include "libs/http/loop.h"
#include "libs/http/tls_context.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::http {
namespace {

absl::Status Wrong(const std::string& setting, const char* zh, const char* en) {
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       {"SETTING_WRONG", setting, absl::StrCat("配置项 ", setting, " ", zh),
                        absl::StrCat("setting ", setting, " ", en)});
}

// Without the port.
std::string AddressOf(const sockaddr_storage& peer) {
  char text[INET6_ADDRSTRLEN] = "";
  if (peer.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr, text, sizeof text);
  } else {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, text, sizeof text);
  }
  return text;
}

// A socket that listens; -1: cannot be. `port`: the one it got.
int Listen(const addrinfo& where, int* port) {
  const int listening =
      socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  const int on = 1;
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (listening < 0 || setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(listening, where.ai_addr, where.ai_addrlen) != 0 || listen(listening, 1024) != 0 ||
      getsockname(listening, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    if (listening >= 0) close(listening);
    return -1;
  }
  *port = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                            : reinterpret_cast<sockaddr_in&>(bound).sin_port);
  return listening;
}

// Accepts what comes and hands it on.
class Acceptor : public Loop::Watcher {
 public:
  using Open = std::function<void(int socket, const std::string& remote)>;
  Acceptor(Loop& loop, int socket, Open open)
      : loop_(loop), socket_(socket), open_(std::move(open)) {}
  ~Acceptor() override { Close(); }

  void Ready(uint32_t) override {
    while (socket_ >= 0) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      const int accepted =
          accept4(socket_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) {
        open_(accepted, AddressOf(peer));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return;
      } else if (errno != EINTR && errno != ECONNABORTED) {
        deadline = loop_.now() + Loop::kSweep;  // no more files may be open: again in a while
        return;
      }
    }
  }
  void Expired() override { Ready(0); }
  void Dropped() override { Close(); }

  void Close() {
    if (socket_ >= 0) close(std::exchange(socket_, -1));
  }
  void End() {
    if (socket_ >= 0) loop_.Forget(socket_, *this);
    Close();
  }

 private:
  Loop& loop_;
  int socket_;
  const Open open_;
};

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const HttpLimits& limits, std::optional<rpc::TlsFiles> files, HttpHandler& handler,
       metrics::Metrics& metrics)
      : files_(std::move(files)),
        open_(metrics.Gauge("fupin_http_connections", "Connections open now.")),
        full_(metrics.Counter("fupin_http_connections_refused_total",
                              "Connections closed at once because too many are open.")),
        broken_(metrics.Counter("fupin_http_broken_requests_total",
                                "Requests that were malformed or too large.")),
        host_{limits, handler, [this](const std::string& remote) { Leave(remote); },
              [this](int change) { Busy(change); }, [this] { broken_.Increment(); }} {}

  ~Impl() { Stop(absl::ZeroDuration()); }

  absl::Status Start(const std::string& address, const std::string& setting) {
    RETURN_IF_ERROR(RefreshTls());
    const size_t colon = address.rfind(':');
    int port = -1;
    if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
        port < 0 || port > 65535) {
      return Wrong(setting, "应为 主机:端口", "must be host:port");
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string host = address.substr(0, colon);
    if (getaddrinfo(host.empty() ? nullptr : host.c_str(), absl::StrCat(port).c_str(), &hints,
                    &found) != 0) {
      return Wrong(setting, "无法解析", "cannot be resolved");
    }
    const int listening = Listen(*found, &port_);
    freeaddrinfo(found);
    if (listening < 0) {
      return Wrong(setting, "无法监听,端口可能被占用",
                   "cannot be listened on; the port may be in use");
    }
    for (int i = 0; i < std::max(1, host_.limits.threads); ++i) {
      loops_.push_back(std::make_unique<Loop>());
      loops_.back()->Start();
    }
    Loop& first = *loops_.front();
    acceptor_ = std::make_shared<Acceptor>(
        first, listening, [this](int socket, const std::string& remote) { Open(socket, remote); });
    first.Post([&first, listening, acceptor = acceptor_] {
      first.Watch(listening, acceptor);
      acceptor->Ready(0);
    });
    return absl::OkStatus();
  }

  int port() const { return port_; }

  absl::Status RefreshTls() {
    if (!files_) return absl::OkStatus();
    const std::string state = config::FolderState({files_->ca, files_->certificate, files_->key});
    {
      absl::MutexLock lock(&mutex_);
      if (state == tls_state_) return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(TlsContext context, ServerTlsContext(*files_));
    absl::MutexLock lock(&mutex_);
    tls_ = std::move(context);
    tls_state_ = state;
    return absl::OkStatus();
  }

  void Stop(absl::Duration grace) {
    if (loops_.empty()) return;
    loops_.front()->Post([acceptor = acceptor_] { acceptor->End(); });
    host_.draining = true;
    {
      absl::MutexLock lock(&mutex_);
      const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return busy_ == 0; };
      mutex_.AwaitWithTimeout(absl::Condition(&idle), grace);
    }
    for (auto& loop : loops_) loop->Stop();
    acceptor_.reset();
  }

 private:
  void Open(int socket, const std::string& remote) {
    TlsContext tls;
    if (!Enter(remote, &tls)) {
      close(socket);
      return;
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Loop& loop = *loops_[next_++ % loops_.size()];  // a connection stays with one thread
    auto session = std::make_shared<HttpSession>(host_, loop, socket, std::move(tls), remote);
    loop.Post([session] { session->Start(); });
  }

  // False when too many are open, in all or from that address.
  bool Enter(const std::string& remote, TlsContext* tls) {
    absl::MutexLock lock(&mutex_);
    int& mine = by_address_[remote];
    if (host_.draining || connections_ >= host_.limits.max_connections ||
        mine >= host_.limits.max_connections_per_address) {
      if (mine == 0) by_address_.erase(remote);
      full_.Increment();
      return false;
    }
    ++mine;
    open_.Set(++connections_);
    *tls = tls_;
    return true;
  }

  void Leave(const std::string& remote) {
    absl::MutexLock lock(&mutex_);
    if (--by_address_[remote] == 0) by_address_.erase(remote);
    open_.Set(--connections_);
  }

  void Busy(int change) {
    absl::MutexLock lock(&mutex_);
    busy_ += change;
  }

  const std::optional<rpc::TlsFiles> files_;
  prometheus::Gauge& open_;
  prometheus::Counter& full_;
  prometheus::Counter& broken_;
  int port_ = 0;
  absl::Mutex mutex_;
  TlsContext tls_ ABSL_GUARDED_BY(mutex_);
  std::string tls_state_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> by_address_ ABSL_GUARDED_BY(mutex_);
  int connections_ ABSL_GUARDED_BY(mutex_) = 0;
  int busy_ ABSL_GUARDED_BY(mutex_) = 0;
  SessionHost host_;
  std::shared_ptr<Acceptor> acceptor_;
  size_t next_ = 0;  // of loops_, for the next connection; on the acceptor's thread
  // Last: the connections that end with them find everything above still there.
  std::vector<std::unique_ptr<Loop>> loops_;
};

HttpServer::HttpServer(const HttpLimits& limits, std::optional<rpc::TlsFiles> tls,
                       HttpHandler& handler, metrics::Metrics& metrics)
    : impl_(std::make_unique<Impl>(limits, std::move(tls), handler, metrics)) {}

HttpServer::~HttpServer() = default;

absl::Status HttpServer::Start(const std::string& address, const std::string& setting) {
  return impl_->Start(address, setting);
}
int HttpServer::port() const { return impl_->port(); }
absl::Status HttpServer::RefreshTls() { return impl_->RefreshTls(); }
void HttpServer::Stop(absl::Duration grace) { impl_->Stop(grace); }

}  // namespace fupin::http
