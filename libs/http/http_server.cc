#include "libs/http/http_server.h"

#include <utility>  // before Asio, which uses std::exchange without including it

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <map>
#include <set>
#include <thread>
#include <type_traits>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/config/folder_state.h"
#include "libs/status/status.h"

namespace fupin::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using tcp = asio::ip::tcp;
using Error = beast::error_code;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;
using TlsContext = std::shared_ptr<asio::ssl::context>;

absl::Status Wrong(const std::string& setting, const char* zh, const char* en) {
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       {"SETTING_WRONG", setting, absl::StrCat("配置项 ", setting, " ", zh),
                        absl::StrCat("setting ", setting, " ", en)});
}

absl::StatusOr<TlsContext> MakeTls(const rpc::TlsFiles& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  Error error;
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->use_certificate_chain_file(files.certificate, error);
  if (error) return Wrong("frame.tls.certificate_file", "不能使用", "cannot be used");
  context->use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (error) return Wrong("frame.tls.key_file", "不能使用", "cannot be used");
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return Wrong("frame.tls.key_file", "与证书不符", "does not belong to the certificate");
  }
  // Asked for, not demanded; whether it is one of ours is decided later, where a refusal has words.
  // The list of names keeps browsers from offering certificates that cannot be ours.
  context->set_verify_mode(asio::ssl::verify_peer);
  context->set_verify_callback([](bool, asio::ssl::verify_context&) { return true; });
  if (auto* names = SSL_load_client_CA_file(files.ca.c_str())) {
    SSL_CTX_set_client_CA_list(context->native_handle(), names);
  }
  static const unsigned char kContext[] = "fupin";
  SSL_CTX_set_session_id_context(context->native_handle(), kContext, sizeof(kContext) - 1);
  return context;
}

std::string PeerPem(SSL* ssl) {
  std::string pem;
  const auto append = [&pem](X509* certificate) {
    BIO* out = BIO_new(BIO_s_mem());
    if (PEM_write_bio_X509(out, certificate) == 1) {
      char* data = nullptr;
      const long size = BIO_get_mem_data(out, &data);
      pem.append(data, size);
    }
    BIO_free(out);
  };
  if (X509* leaf = SSL_get1_peer_certificate(ssl)) {
    append(leaf);
    X509_free(leaf);
  }
  if (const auto* chain = SSL_get_peer_cert_chain(ssl)) {
    for (int i = 0; i < sk_X509_num(chain); ++i) append(sk_X509_value(chain, i));
  }
  return pem;
}

std::string Text(beast::string_view text) { return std::string(text.data(), text.size()); }

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const HttpLimits& limits, std::optional<rpc::TlsFiles> files, HttpHandler& handler,
       metrics::Metrics& metrics)
      : limits_(limits),
        files_(std::move(files)),
        handler_(handler),
        open_(metrics.Gauge("fupin_http_connections", "Connections open now.")),
        full_(metrics.Counter("fupin_http_connections_refused_total",
                              "Connections closed at once because too many are open.")),
        broken_(metrics.Counter("fupin_http_broken_requests_total",
                                "Requests that were malformed or too large.")),
        io_(limits.threads),
        acceptor_(asio::make_strand(io_)) {}

  ~Impl() { Stop(absl::ZeroDuration()); }

  absl::Status Start(const std::string& address) {
    if (absl::Status status = RefreshTls(); !status.ok()) return status;
    const size_t colon = address.rfind(':');
    int port = -1;
    Error error;
    if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
        port < 0 || port > 65535) {
      return Wrong("frame.listen_address", "应为 主机:端口", "must be host:port");
    }
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(address.substr(0, colon), std::to_string(port),
                                        tcp::resolver::passive, error);
    if (error || found.empty()) {
      return Wrong("frame.listen_address", "无法解析", "cannot be resolved");
    }
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(1024, error);
    if (error) {
      return Wrong("frame.listen_address", "无法监听,端口可能被占用",
                   "cannot be listened on; the port may be in use");
    }
    port_ = acceptor_.local_endpoint().port();
    asio::dispatch(acceptor_.get_executor(), [this] { Accept(); });
    for (int i = 0; i < limits_.threads; ++i) threads_.emplace_back([this] { io_.run(); });
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
    auto context = MakeTls(*files_);
    if (!context.ok()) return context.status();
    absl::MutexLock lock(&mutex_);
    tls_ = *std::move(context);
    tls_state_ = state;
    return absl::OkStatus();
  }

  void Stop(absl::Duration grace) {
    if (threads_.empty()) return;
    asio::post(acceptor_.get_executor(), [this] {
      Error ignored;
      acceptor_.close(ignored);
    });
    {
      absl::MutexLock lock(&mutex_);
      draining_ = true;
      const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return busy_ == 0; };
      mutex_.AwaitWithTimeout(absl::Condition(&idle), grace);
    }
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  template <typename Stream>
  class Session;

  void Accept() {
    acceptor_.async_accept(asio::make_strand(io_), [this](Error error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (!error) Open(std::move(socket));
      Accept();
    });
  }

  void Open(tcp::socket socket);

  // False when too many are open, in all or from that address.
  bool Enter(const std::string& remote) {
    absl::MutexLock lock(&mutex_);
    int& mine = by_address_[remote];
    if (draining_ || connections_ >= limits_.max_connections ||
        mine >= limits_.max_connections_per_address) {
      if (mine == 0) by_address_.erase(remote);
      full_.Increment();
      return false;
    }
    ++mine;
    open_.Set(++connections_);
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

  bool draining() {
    absl::MutexLock lock(&mutex_);
    return draining_;
  }

  const HttpLimits limits_;
  const std::optional<rpc::TlsFiles> files_;
  HttpHandler& handler_;
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
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  // Last, so that the sessions which end with it find everything above still there.
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::vector<std::thread> threads_;
};

// One connection: read a request, answer it, again. Everything runs on the connection's strand.
template <typename Stream>
class HttpServer::Impl::Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Impl& server, Stream stream, TlsContext tls, std::string remote)
      : server_(server),
        tls_(std::move(tls)),
        stream_(std::move(stream)),
        remote_(std::move(remote)) {}

  ~Session() { server_.Leave(remote_); }

  void Start() {
    auto self = this->shared_from_this();
    asio::dispatch(stream_.get_executor(), [self] {
      if constexpr (std::is_same_v<Stream, Tls>) {
        self->Lowest().expires_after(self->Receive());
        self->stream_.async_handshake(asio::ssl::stream_base::server, [self](Error error) {
          if (error) return;
          self->client_pem_ = PeerPem(self->stream_.native_handle());
          self->ReadHeader(self->Receive());
        });
      } else {
        self->ReadHeader(self->Receive());
      }
    });
  }

 private:
  beast::tcp_stream& Lowest() { return beast::get_lowest_layer(stream_); }
  std::chrono::nanoseconds Receive() const {
    return absl::ToChronoNanoseconds(server_.limits_.receive);
  }

  void ReadHeader(std::chrono::nanoseconds patience) {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(server_.limits_.max_header_bytes));
    parser_->body_limit(server_.limits_.max_body_bytes);
    auto self = this->shared_from_this();
    // A caller may be silent between two requests, but what it began must come quickly.
    Lowest().expires_after(patience);
    beast_http::async_read_header(stream_, buffer_, *parser_, [self](Error error, size_t) {
      if (error) return self->OnBroken(error);
      self->Lowest().expires_after(self->Receive());
      if (beast::iequals(self->parser_->get()[beast_http::field::expect], "100-continue")) {
        self->Continue();
      } else {
        self->ReadBody();
      }
    });
  }

  void Continue() {
    auto self = this->shared_from_this();
    interim_.emplace(beast_http::status::continue_, 11);
    interim_serializer_.emplace(*interim_);
    beast_http::async_write(stream_, *interim_serializer_, [self](Error error, size_t) {
      if (!error) self->ReadBody();
    });
  }

  void ReadBody() {
    auto self = this->shared_from_this();
    beast_http::async_read(stream_, buffer_, *parser_, [self](Error error, size_t) {
      if (error) return self->OnBroken(error);
      self->Dispatch();
    });
  }

  void Dispatch() {
    const auto& message = parser_->get();
    auto request = std::make_shared<HttpRequest>();
    request->method = Text(message.method_string());
    const std::string target = Text(message.target());
    const size_t question = target.find('?');
    request->path = target.substr(0, question);
    if (question != std::string::npos) request->query = target.substr(question + 1);
    for (const auto& field : message) {
      request->headers[absl::AsciiStrToLower(Text(field.name_string()))] = Text(field.value());
    }
    request->client_pem = client_pem_;
    request->remote = remote_;
    head_only_ = message.method() == beast_http::verb::head;
    keep_alive_ = message.keep_alive() && !server_.draining();
    request->body = std::move(parser_->get().body());
    Lowest().expires_never();  // the handler has a deadline of its own
    server_.Busy(1);
    auto self = this->shared_from_this();
    server_.handler_.Handle(request, [self](HttpResponse response) {
      asio::post(self->stream_.get_executor(), [self, response = std::move(response)]() mutable {
        self->Write(std::move(response), /*counted=*/true);
      });
    });
  }

  void OnBroken(Error error) {
    if (error == beast_http::error::end_of_stream) return Close();
    BrokenRequest why = BrokenRequest::kMalformed;
    if (error == beast_http::error::header_limit) {
      why = BrokenRequest::kHeaderTooLarge;
    } else if (error == beast_http::error::body_limit) {
      why = BrokenRequest::kBodyTooLarge;
    } else if (error.category() !=
               beast_http::make_error_code(beast_http::error::bad_method).category()) {
      return;  // the connection is gone or was too slow
    } else if (error == beast_http::error::partial_message) {
      return;
    }
    server_.broken_.Increment();
    keep_alive_ = false;
    head_only_ = false;
    Lowest().expires_after(Receive());
    Write(server_.handler_.Refuse(why), /*counted=*/false);
  }

  // The header now, the body as it comes; ends with the connection.
  void WriteStream(HttpResponse response) {
    auto self = this->shared_from_this();
    server_.Busy(-1);  // a stopping server does not wait for what never ends
    body_stream_ = std::move(response.stream);
    response_.emplace();
    response_->result(static_cast<unsigned>(response.status));
    response_->version(11);
    response_->keep_alive(false);
    if (!response.content_type.empty()) {
      response_->set(beast_http::field::content_type, response.content_type);
    }
    for (const auto& [name, value] : response.headers) response_->set(name, value);
    if (response.stream_size) response_->content_length(*response.stream_size);
    response_->body().data = nullptr;
    response_->body().more = false;
    serializer_.emplace(*response_);
    Lowest().expires_after(absl::ToChronoNanoseconds(server_.limits_.idle));
    beast_http::async_write_header(stream_, *serializer_, [self](Error error, size_t) {
      if (error) return self->body_stream_->Abandon();
      self->PumpStream();
    });
  }

  void PumpStream() {
    auto self = this->shared_from_this();
    bool ended = false;
    chunk_ = body_stream_->Take(
        [self] { asio::post(self->stream_.get_executor(), [self] { self->PumpStream(); }); },
        &ended);
    if (ended) return Close();
    if (chunk_.empty()) return Lowest().expires_never();
    Lowest().expires_after(absl::ToChronoNanoseconds(server_.limits_.idle));
    asio::async_write(stream_, asio::buffer(chunk_), [self](Error error, size_t) {
      if (error) return self->body_stream_->Abandon();
      self->PumpStream();
    });
  }

  void Write(HttpResponse response, bool counted) {
    if (response.stream != nullptr && !head_only_) return WriteStream(std::move(response));
    // Whoever writes it must not wait for a reader that never comes.
    if (response.stream != nullptr) response.stream->Abandon();
    auto self = this->shared_from_this();
    kept_body_ = response.body ? response.body : std::make_shared<const std::string>();
    response_.emplace();
    response_->result(static_cast<unsigned>(response.status));
    response_->version(11);
    response_->keep_alive(keep_alive_);
    if (!response.content_type.empty()) {
      response_->set(beast_http::field::content_type, response.content_type);
    }
    for (const auto& [name, value] : response.headers) response_->set(name, value);
    response_->content_length(response.stream_size.value_or(kept_body_->size()));
    if (!head_only_) {
      response_->body().data = const_cast<char*>(kept_body_->data());
      response_->body().size = kept_body_->size();
    } else {
      response_->body().data = nullptr;
      response_->body().size = 0;
    }
    response_->body().more = false;
    serializer_.emplace(*response_);
    Lowest().expires_after(absl::ToChronoNanoseconds(server_.limits_.idle));
    const auto finish = [self, counted](Error error, size_t) {
      if (counted) self->server_.Busy(-1);
      if (error) return;
      if (!self->keep_alive_) return self->Close();
      self->ReadHeader(absl::ToChronoNanoseconds(self->server_.limits_.idle));
    };
    // The answer to HEAD states the length of a body it does not carry.
    if (head_only_) {
      beast_http::async_write_header(stream_, *serializer_, finish);
    } else {
      beast_http::async_write(stream_, *serializer_, finish);
    }
  }

  void Close() {
    if constexpr (std::is_same_v<Stream, Tls>) {
      auto self = this->shared_from_this();
      Lowest().expires_after(std::chrono::seconds(2));
      stream_.async_shutdown([self](Error) {});
    } else {
      Error ignored;
      stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  Impl& server_;
  const TlsContext tls_;  // outlives the stream that was made from it
  Stream stream_;
  const std::string remote_;
  std::string client_pem_;
  beast::flat_buffer buffer_;
  std::optional<beast_http::request_parser<beast_http::string_body>> parser_;
  std::optional<beast_http::response<beast_http::empty_body>> interim_;
  std::optional<beast_http::response_serializer<beast_http::empty_body>> interim_serializer_;
  std::shared_ptr<const std::string> kept_body_;
  std::shared_ptr<BodyStream> body_stream_;
  std::string chunk_;  // of body_stream_, on its way
  std::optional<beast_http::response<beast_http::buffer_body>> response_;
  std::optional<beast_http::response_serializer<beast_http::buffer_body>> serializer_;
  bool keep_alive_ = false;
  bool head_only_ = false;
};

void HttpServer::Impl::Open(tcp::socket socket) {
  Error error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;
  const std::string remote = endpoint.address().to_string();
  if (!Enter(remote)) return;
  socket.set_option(tcp::no_delay(true), error);
  if (!files_) {
    std::make_shared<Session<Plain>>(*this, Plain(std::move(socket)), nullptr, remote)->Start();
    return;
  }
  TlsContext tls;
  {
    absl::MutexLock lock(&mutex_);
    tls = tls_;
  }
  std::make_shared<Session<Tls>>(*this, Tls(std::move(socket), *tls), tls, remote)->Start();
}

HttpServer::HttpServer(const HttpLimits& limits, std::optional<rpc::TlsFiles> tls,
                       HttpHandler& handler, metrics::Metrics& metrics)
    : impl_(std::make_unique<Impl>(limits, std::move(tls), handler, metrics)) {}

HttpServer::~HttpServer() = default;

absl::Status HttpServer::Start(const std::string& address) { return impl_->Start(address); }
int HttpServer::port() const { return impl_->port(); }
absl::Status HttpServer::RefreshTls() { return impl_->RefreshTls(); }
void HttpServer::Stop(absl::Duration grace) { impl_->Stop(grace); }

}  // namespace fupin::http
