#include "libs/http/forwarder.h"

#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/config/folder_state.h"
#include "libs/http/loop.h"
#include "libs/http/tls_context.h"
#include "libs/http/upstream_connection.h"
#include "libs/status/macros.h"

namespace fupin::http {
namespace {

constexpr size_t kMaxIdle = 64;
// Names move to other addresses: looked up again after that, and when there was no answer.
constexpr absl::Duration kKnownFor = absl::Seconds(30);

// Of the caller's headers, those that mean something to the other server.
constexpr const char* kPassedOn[] = {"accept-encoding", "if-none-match", "last-event-id"};

std::string HeadOf(const HttpRequest& request, const std::string& host,
                   const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string head = absl::StrCat(request.method == "HEAD" ? "HEAD " : "GET ", request.path,
                                  request.query.empty() ? "" : "?", request.query,
                                  " HTTP/1.1\r\nHost: ", host, "\r\n");
  const auto added = [&headers](absl::string_view name) {
    return std::any_of(headers.begin(), headers.end(), [name](const auto& header) {
      return absl::EqualsIgnoreCase(header.first, name);
    });
  };
  for (const char* name : kPassedOn) {
    const auto found = request.headers.find(name);
    if (found == request.headers.end() || added(name)) continue;
    absl::StrAppend(&head, name, ": ", found->second, "\r\n");
  }
  for (const auto& [name, value] : headers) absl::StrAppend(&head, name, ": ", value, "\r\n");
  return head + "\r\n";
}

}  // namespace

class Forwarder::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(const std::string& address, std::optional<rpc::TlsFiles> files, absl::Duration patience)
      : host_(address.substr(0, address.rfind(':'))),
        port_(address.substr(address.rfind(':') + 1)),
        files_(std::move(files)),
        patience_(patience) {}

  absl::Status Refresh() {
    LookUp();
    if (!files_) return absl::OkStatus();
    const std::string state = config::FolderState({files_->ca, files_->certificate, files_->key});
    {
      absl::MutexLock lock(&mutex_);
      if (state == tls_state_) return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(TlsContext context, ClientTlsContext(*files_));
    absl::MutexLock lock(&mutex_);
    tls_ = std::move(context);
    tls_state_ = state;
    return absl::OkStatus();
  }

  void Forward(const HttpRequest& request, std::vector<std::pair<std::string, std::string>> headers,
               Respond respond, std::optional<absl::Duration> patience) {
    FUPIN_CHECK(Loop::Current() != nullptr);
    UpstreamConnection::Request out{HeadOf(request, host_, headers), request.method == "HEAD",
                                    patience.value_or(patience_)};
    Begin(std::move(out), std::move(respond), /*tried=*/0, /*fresh=*/false);
  }

 private:
  using ConnectionPtr = std::shared_ptr<UpstreamConnection>;
  using Came = UpstreamConnection::Came;

  void LookUp() {
    const absl::Time now = absl::Now();
    {
      absl::MutexLock lock(&mutex_);
      if (now < look_up_at_) return;
      look_up_at_ = now + kKnownFor;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const bool known = getaddrinfo(host_.c_str(), port_.c_str(), &hints, &found) == 0;
    absl::MutexLock lock(&mutex_);
    if (!known) {
      look_up_at_ = now;
      return;
    }
    addresses_.clear();
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
      UpstreamAddress address{host_};
      std::memcpy(&address.address, each->ai_addr, each->ai_addrlen);
      address.size = each->ai_addrlen;
      addresses_.push_back(address);
    }
    freeaddrinfo(found);
  }

  // A connection of this loop that is kept; null: none.
  ConnectionPtr TakeIdle(Loop& loop) {
    absl::MutexLock lock(&mutex_);
    auto& idle = idle_[&loop];
    while (!idle.empty()) {
      ConnectionPtr connection = std::move(idle.back());
      idle.pop_back();
      if (!connection->reusable()) continue;
      if (connection->context() == tls_) return connection;
      connection->End();  // made with the old certificate
    }
    return nullptr;
  }

  void PutIdle(Loop& loop, ConnectionPtr connection) {
    absl::MutexLock lock(&mutex_);
    auto& idle = idle_[&loop];
    if (idle.size() < kMaxIdle) return idle.push_back(std::move(connection));
    connection->End();
  }

  // The `tried`-th of its addresses; null: there are no more.
  ConnectionPtr Connect(Loop& loop, size_t tried) {
    UpstreamAddress to;
    TlsContext context;
    {
      absl::MutexLock lock(&mutex_);
      if (tried >= addresses_.size()) return nullptr;
      to = addresses_[tried];
      context = tls_;
    }
    return UpstreamConnection::Open(loop, to, std::move(context));
  }

  void Begin(UpstreamConnection::Request request, Respond respond, size_t tried, bool fresh) {
    Loop& loop = *Loop::Current();
    ConnectionPtr connection = fresh ? nullptr : TakeIdle(loop);
    fresh = connection == nullptr;
    if (fresh) connection = Connect(loop, tried);
    if (connection == nullptr) {
      {
        absl::MutexLock lock(&mutex_);
        look_up_at_ = absl::InfinitePast();
      }
      HttpResponse none;
      none.status = 0;
      return respond(std::move(none));
    }
    auto self = shared_from_this();
    connection->Send(request, [self, &loop, connection, fresh, tried, request,
                               respond = std::move(respond)](Came came, HttpResponse response) {
      // A kept connection may have been closed meanwhile; a new one tells.
      if (came != Came::kAnswered && !fresh) return self->Begin(request, respond, 0, true);
      if (came == Came::kUnsent) return self->Begin(request, respond, tried + 1, true);
      if (connection->reusable()) self->PutIdle(loop, connection);
      respond(std::move(response));
    });
  }

  const std::string host_;
  const std::string port_;
  const std::optional<rpc::TlsFiles> files_;
  const absl::Duration patience_;
  absl::Mutex mutex_;
  absl::Time look_up_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::vector<UpstreamAddress> addresses_ ABSL_GUARDED_BY(mutex_);
  TlsContext tls_ ABSL_GUARDED_BY(mutex_);
  std::string tls_state_ ABSL_GUARDED_BY(mutex_);
  std::map<Loop*, std::vector<ConnectionPtr>> idle_ ABSL_GUARDED_BY(mutex_);
};

Forwarder::Forwarder(std::string address, std::optional<rpc::TlsFiles> tls, absl::Duration patience)
    : impl_(std::make_shared<Impl>(address, std::move(tls), patience)) {}

Forwarder::~Forwarder() = default;

absl::Status Forwarder::Refresh() { return impl_->Refresh(); }
void Forwarder::Forward(const HttpRequest& request,
                        std::vector<std::pair<std::string, std::string>> headers, Respond respond,
                        std::optional<absl::Duration> patience) {
  impl_->Forward(request, std::move(headers), std::move(respond), patience);
}

}  // namespace fupin::http
