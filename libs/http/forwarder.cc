#include "libs/http/forwarder.h"

#include <utility>  // before Asio, which uses std::exchange without including it

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <limits>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "libs/config/folder_state.h"

namespace fupin::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using tcp = asio::ip::tcp;
using Error = beast::error_code;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;

constexpr size_t kMaxIdle = 64;
constexpr uint64_t kMaxAnswer = 64 << 20;
// Beast 1.74 takes boost::none for less than every length.
constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();
constexpr int kThreads = 2;
constexpr size_t kPieceBytes = 16 << 10;
// From here on an answer is passed on as it comes instead of whole.
constexpr uint64_t kLargeAnswer = 1 << 20;

// Of the caller's headers, those that mean something to the other server.
constexpr const char* kPassedOn[] = {"accept-encoding", "if-none-match", "last-event-id"};
// Of the answer's headers, those that belong to the connection between us.
bool BelongsToConnection(beast_http::field name) {
  return name == beast_http::field::connection || name == beast_http::field::content_length ||
         name == beast_http::field::transfer_encoding || name == beast_http::field::content_type ||
         name == beast_http::field::keep_alive;
}

}  // namespace

class Forwarder::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(std::string address, std::optional<rpc::TlsFiles> files, absl::Duration patience)
      : host_(address.substr(0, address.rfind(':'))),
        port_(address.substr(address.rfind(':') + 1)),
        files_(std::move(files)),
        patience_(absl::ToChronoNanoseconds(patience)),
        work_(asio::make_work_guard(io_)) {}

  absl::Status RefreshTls() {
    if (!files_) return absl::OkStatus();
    const std::string state = config::FolderState({files_->ca, files_->certificate, files_->key});
    absl::MutexLock lock(&mutex_);
    if (state == tls_state_) return absl::OkStatus();
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    Error error;
    context->load_verify_file(files_->ca, error);
    if (!error) context->use_certificate_chain_file(files_->certificate, error);
    if (!error) context->use_private_key_file(files_->key, asio::ssl::context::pem, error);
    if (error) return absl::InvalidArgumentError("the certificate files cannot be used");
    context->set_verify_mode(asio::ssl::verify_peer);
    context->set_verify_callback(asio::ssl::host_name_verification(host_));
    tls_ = std::move(context);
    tls_state_ = state;
    idle_.clear();  // made with the old certificate
    return absl::OkStatus();
  }

  void Start() {
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { io_.run(); });
  }

  void Stop() {
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    absl::MutexLock lock(&mutex_);
    idle_.clear();
  }

  void Forward(const HttpRequest& request, std::vector<std::pair<std::string, std::string>> headers,
               Respond respond, std::optional<absl::Duration> patience);

 private:
  // A connection of either kind; everything on it runs on its strand.
  struct Connection {
    explicit Connection(asio::io_context& io, std::shared_ptr<asio::ssl::context> context)
        : tls_context(std::move(context)) {
      if (tls_context != nullptr) {
        tls.emplace(asio::make_strand(io), *tls_context);
      } else {
        plain.emplace(asio::make_strand(io));
      }
    }
    beast::tcp_stream& lowest() { return tls ? beast::get_lowest_layer(*tls) : *plain; }
    // Calls `use` with the stream of its kind.
    template <typename Use>
    void With(Use use) {
      if (tls) {
        use(*tls);
      } else {
        use(*plain);
      }
    }

    const std::shared_ptr<asio::ssl::context> tls_context;
    std::optional<Tls> tls;
    std::optional<Plain> plain;
    beast::flat_buffer buffer;
  };

  struct Exchange {
    std::unique_ptr<Connection> connection;
    bool fresh = false;  // made for this request: no second try
    beast_http::request<beast_http::empty_body> request;
    std::optional<beast_http::response_parser<beast_http::string_body>> whole;
    std::optional<beast_http::response_parser<beast_http::buffer_body>> pieces;
    std::shared_ptr<BodyStream> stream;
    bool endless = false;  // events: silence is no failure
    std::vector<char> piece;
    bool head_only = false;
    std::chrono::nanoseconds patience;
    Respond respond;
  };
  using ExchangePtr = std::shared_ptr<Exchange>;

  void Begin(const ExchangePtr& exchange, bool fresh);
  void Connect(const ExchangePtr& exchange);
  void Send(const ExchangePtr& exchange);
  void ReadHeader(const ExchangePtr& exchange);
  void ReadWhole(const ExchangePtr& exchange);
  void BeginStream(const ExchangePtr& exchange);
  void ReadPiece(const ExchangePtr& exchange);
  // What a header says of a body, without what belongs to the connection between us.
  template <typename Message>
  static HttpResponse HeadOf(const Message& message);
  void Failed(const ExchangePtr& exchange) {
    // A kept connection may have been closed meanwhile; a new one tells.
    if (!exchange->fresh) return Begin(exchange, /*fresh=*/true);
    HttpResponse none;
    none.status = 0;
    exchange->respond(std::move(none));
  }

  const std::string host_;
  const std::string port_;
  const std::optional<rpc::TlsFiles> files_;
  const std::chrono::nanoseconds patience_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  absl::Mutex mutex_;
  std::shared_ptr<asio::ssl::context> tls_ ABSL_GUARDED_BY(mutex_);
  std::string tls_state_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

void Forwarder::Impl::Forward(const HttpRequest& request,
                              std::vector<std::pair<std::string, std::string>> headers,
                              Respond respond, std::optional<absl::Duration> patience) {
  auto exchange = std::make_shared<Exchange>();
  exchange->patience = patience ? absl::ToChronoNanoseconds(*patience) : patience_;
  exchange->respond = std::move(respond);
  exchange->head_only = request.method == "HEAD";
  auto& out = exchange->request;
  out.version(11);
  out.method(exchange->head_only ? beast_http::verb::head : beast_http::verb::get);
  out.target(request.query.empty() ? request.path : request.path + "?" + request.query);
  out.set(beast_http::field::host, host_);
  for (const char* name : kPassedOn) {
    const auto found = request.headers.find(name);
    if (found != request.headers.end()) out.set(name, found->second);
  }
  for (const auto& [name, value] : headers) out.set(name, value);
  Begin(exchange, /*fresh=*/false);
}

void Forwarder::Impl::Begin(const ExchangePtr& exchange, bool fresh) {
  std::unique_ptr<Connection> connection;
  {
    absl::MutexLock lock(&mutex_);
    if (!fresh && !idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    } else {
      exchange->fresh = true;
      exchange->connection = std::make_unique<Connection>(io_, tls_);
    }
  }
  if (connection != nullptr) {
    exchange->connection = std::move(connection);
    auto self = shared_from_this();
    return asio::post(exchange->connection->lowest().get_executor(),
                      [self, exchange] { self->Send(exchange); });
  }
  Connect(exchange);
}

void Forwarder::Impl::Connect(const ExchangePtr& exchange) {
  auto self = shared_from_this();
  auto resolver = std::make_shared<tcp::resolver>(exchange->connection->lowest().get_executor());
  resolver->async_resolve(
      host_, port_, [self, exchange, resolver](Error error, tcp::resolver::results_type found) {
        if (error) return self->Failed(exchange);
        auto& lowest = exchange->connection->lowest();
        lowest.expires_after(self->patience_);
        lowest.async_connect(found, [self, exchange](Error failed, const tcp::endpoint&) {
          if (failed) return self->Failed(exchange);
          Error ignored;
          exchange->connection->lowest().socket().set_option(tcp::no_delay(true), ignored);
          if (!exchange->connection->tls) return self->Send(exchange);
          SSL_set_tlsext_host_name(exchange->connection->tls->native_handle(), self->host_.c_str());
          exchange->connection->tls->async_handshake(asio::ssl::stream_base::client,
                                                     [self, exchange](Error refused) {
                                                       if (refused) return self->Failed(exchange);
                                                       self->Send(exchange);
                                                     });
        });
      });
}

void Forwarder::Impl::Send(const ExchangePtr& exchange) {
  auto self = shared_from_this();
  exchange->connection->lowest().expires_after(exchange->patience);
  exchange->connection->With([&](auto& stream) {
    beast_http::async_write(stream, exchange->request, [self, exchange](Error error, size_t) {
      if (error) return self->Failed(exchange);
      self->ReadHeader(exchange);
    });
  });
}

void Forwarder::Impl::ReadHeader(const ExchangePtr& exchange) {
  auto self = shared_from_this();
  exchange->whole.emplace();
  exchange->whole->body_limit(kNoLimit);  // told apart when the length is known
  exchange->whole->skip(exchange->head_only);
  exchange->connection->With([&](auto& stream) {
    beast_http::async_read_header(
        stream, exchange->connection->buffer, *exchange->whole,
        [self, exchange](Error error, size_t) {
          if (error) return self->Failed(exchange);
          exchange->fresh = true;  // answered: not again, whatever happens now
          const auto type = exchange->whole->get()[beast_http::field::content_type];
          exchange->endless =
              absl::StartsWith(absl::string_view(type.data(), type.size()), "text/event-stream");
          const auto size = exchange->whole->content_length();
          if (exchange->endless || (!exchange->head_only && size && *size > kLargeAnswer)) {
            self->BeginStream(exchange);
          } else {
            self->ReadWhole(exchange);
          }
        });
  });
}

void Forwarder::Impl::ReadWhole(const ExchangePtr& exchange) {
  auto self = shared_from_this();
  exchange->whole->body_limit(kMaxAnswer);
  exchange->connection->With([&](auto& stream) {
    beast_http::async_read(
        stream, exchange->connection->buffer, *exchange->whole,
        [self, exchange](Error error, size_t) {
          if (error) return self->Failed(exchange);
          auto message = exchange->whole->release();
          HttpResponse response = HeadOf(message);
          const bool keep = message.keep_alive();
          response.body = std::make_shared<const std::string>(std::move(message.body()));
          if (keep) {
            exchange->connection->lowest().expires_never();
            absl::MutexLock lock(&self->mutex_);
            if (self->idle_.size() < kMaxIdle && exchange->connection->tls_context == self->tls_) {
              self->idle_.push_back(std::move(exchange->connection));
            }
          }
          exchange->respond(std::move(response));
        });
  });
}

template <typename Message>
HttpResponse Forwarder::Impl::HeadOf(const Message& message) {
  HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  const auto type = message[beast_http::field::content_type];
  response.content_type.assign(type.data(), type.size());
  for (const auto& field : message) {
    if (BelongsToConnection(field.name())) continue;
    response.headers.emplace_back(
        std::string(field.name_string().data(), field.name_string().size()),
        std::string(field.value().data(), field.value().size()));
  }
  return response;
}

void Forwarder::Impl::BeginStream(const ExchangePtr& exchange) {
  exchange->stream = std::make_shared<BodyStream>();
  exchange->piece.resize(kPieceBytes);
  HttpResponse response = HeadOf(exchange->whole->get());
  response.stream = exchange->stream;
  const auto size = exchange->whole->content_length();
  if (size) response.stream_size = *size;
  exchange->pieces.emplace(std::move(*exchange->whole));
  exchange->pieces->body_limit(kNoLimit);
  exchange->respond(std::move(response));
  ReadPiece(exchange);
}

void Forwarder::Impl::ReadPiece(const ExchangePtr& exchange) {
  auto self = shared_from_this();
  if (exchange->endless) {
    exchange->connection->lowest().expires_never();
  } else {
    exchange->connection->lowest().expires_after(exchange->patience);
  }
  exchange->pieces->get().body().data = exchange->piece.data();
  exchange->pieces->get().body().size = exchange->piece.size();
  exchange->pieces->get().body().more = true;
  exchange->connection->With([&](auto& stream) {
    beast_http::async_read_some(
        stream, exchange->connection->buffer, *exchange->pieces,
        [self, exchange](Error error, size_t) {
          const size_t got = exchange->piece.size() - exchange->pieces->get().body().size;
          const bool goes_on = !error || error == beast_http::error::need_buffer;
          if (got > 0 && !exchange->stream->Write({exchange->piece.data(), got})) return;
          if (!goes_on || exchange->pieces->is_done()) return exchange->stream->End();
          if (exchange->endless) return self->ReadPiece(exchange);
          // Who reads slowly here is read for slowly there.
          exchange->stream->WhenRoom([self, exchange] {
            asio::post(exchange->connection->lowest().get_executor(),
                       [self, exchange] { self->ReadPiece(exchange); });
          });
        });
  });
}

Forwarder::Forwarder(std::string address, std::optional<rpc::TlsFiles> tls, absl::Duration patience)
    : impl_(std::make_shared<Impl>(std::move(address), std::move(tls), patience)) {}

Forwarder::~Forwarder() { Stop(); }

absl::Status Forwarder::RefreshTls() { return impl_->RefreshTls(); }
void Forwarder::Start() { impl_->Start(); }
void Forwarder::Stop() { impl_->Stop(); }
void Forwarder::Forward(const HttpRequest& request,
                        std::vector<std::pair<std::string, std::string>> headers, Respond respond,
                        std::optional<absl::Duration> patience) {
  impl_->Forward(request, std::move(headers), std::move(respond), patience);
}

}  // namespace fupin::http
