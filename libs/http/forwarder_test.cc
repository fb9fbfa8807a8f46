#include "libs/http/forwarder.h"

#include <atomic>
#include <memory>
#include <utility>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/http/http_server.h"
#include "libs/http/test_socket.h"
#include "libs/testing/reserved_port.h"

namespace fupin::http {
namespace {

// The other server: says what it was asked.
class Behind : public HttpHandler {
 public:
  void Handle(std::shared_ptr<const HttpRequest> request, Respond respond) override {
    ++requests;
    HttpResponse response;
    response.content_type = "text/plain";
    response.headers.emplace_back("ETag", "\"7\"");
    const auto header = [&](const char* name) {
      const auto found = request->headers.find(name);
      return found == request->headers.end() ? "" : found->second;
    };
    if (request->path == "/silent") return;
    if (header("if-none-match") == "\"7\"") {
      response.status = 304;
    } else if (request->path == "/large") {
      response.body = std::make_shared<const std::string>(std::string(3 << 20, 'x') + "end");
    } else if (request->path == "/events") {
      response.content_type = "text/event-stream";
      response.stream = events;
    } else if (request->path == "/cut" || request->path == "/cut-large") {
      response.stream = std::make_shared<BodyStream>();
      response.stream_size = request->path == "/cut" ? 10 : 2 << 20;
      response.stream->Write("half");
      response.stream->End();
    } else {
      response.body = std::make_shared<const std::string>(
          absl::StrCat(request->method, " ", request->path, "?", request->query, " ",
                       header("x-added"), header("cookie")));
    }
    respond(std::move(response));
  }
  HttpResponse Refuse(BrokenRequest) override { return {}; }

  std::atomic<int> requests{0};
  const std::shared_ptr<BodyStream> events = std::make_shared<BodyStream>();
};

class Front : public HttpHandler {
 public:
  explicit Front(Forwarder& forwarder) : forwarder_(forwarder) {}
  void Handle(std::shared_ptr<const HttpRequest> request, Respond respond) override {
    const bool brief = request->path == "/silent";
    forwarder_.Forward(
        *request, {{"x-added", "added"}},
        [respond](HttpResponse response) {
          if (response.status == 0) response.status = 502;
          respond(std::move(response));
        },
        brief ? std::optional(absl::Milliseconds(200)) : std::nullopt);
  }
  HttpResponse Refuse(BrokenRequest) override { return {}; }

 private:
  Forwarder& forwarder_;
};

HttpLimits OneThread() {
  HttpLimits limits;
  limits.threads = 1;
  return limits;
}

struct World {
  World() {
    StartBehind();
    forwarder = std::make_unique<Forwarder>(address(), std::nullopt, absl::Seconds(60));
    REQUIRE(forwarder->Refresh().ok());
    front = std::make_unique<Front>(*forwarder);
    server = std::make_unique<HttpServer>(OneThread(), std::nullopt, *front, metrics);
    REQUIRE(server->Start("127.0.0.1:0", "http_address").ok());
  }
  void StartBehind() {
    behind_metrics = std::make_unique<metrics::Metrics>();
    behind_server =
        std::make_unique<HttpServer>(OneThread(), std::nullopt, behind, *behind_metrics);
    REQUIRE(behind_server->Start(address(), "http_address").ok());
  }
  std::string address() const { return absl::StrCat("127.0.0.1:", behind_port); }
  double connections() const {
    return behind_metrics->Gauge("fupin_http_connections", "Connections open now.").Value();
  }

  metrics::Metrics metrics;
  Behind behind;
  std::unique_ptr<metrics::Metrics> behind_metrics;
  std::unique_ptr<HttpServer> behind_server;
  const int behind_port = testing::ReservePort();
  std::unique_ptr<Forwarder> forwarder;
  std::unique_ptr<Front> front;
  std::unique_ptr<HttpServer> server;
};

TEST_CASE("GIS-1 a request is handed on over one kept connection, without what is not its business",
          "[http]") {
  World world;
  TestSocket socket(world.server->port());
  for (int i = 0; i < 20; ++i) {
    socket.Send(absl::StrCat("GET /tile?i=", i, " HTTP/1.1\r\nCookie: secret\r\n\r\n"));
    const auto answer = socket.ReadAnswer();
    CHECK(absl::StartsWith(answer.head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"));
    CHECK(absl::StrContains(answer.head, "ETag: \"7\"\r\n"));
    CHECK(answer.body == absl::StrCat("GET /tile?i=", i, " added"));
  }
  CHECK(world.connections() == 1);
  socket.Send("HEAD /tile HTTP/1.1\r\n\r\nGET /tile HTTP/1.1\r\nIf-None-Match: \"7\"\r\n\r\n");
  CHECK(absl::StartsWith(socket.ReadAnswer(/*bare=*/true).head, "HTTP/1.1 200 OK\r\n"));
  CHECK(absl::StartsWith(socket.ReadAnswer().head, "HTTP/1.1 304 Not Modified\r\n"));
  CHECK(world.connections() == 1);
}

TEST_CASE("F30 another server that came back is found again; one that is away is no answer",
          "[http]") {
  World world;
  TestSocket socket(world.server->port());
  socket.Send("GET /one HTTP/1.1\r\n\r\n");
  CHECK(socket.ReadAnswer().body == "GET /one? added");
  world.behind_server.reset();
  socket.Send("GET /two HTTP/1.1\r\n\r\n");
  CHECK(absl::StartsWith(socket.ReadAnswer().head, "HTTP/1.1 502 "));
  world.StartBehind();
  socket.Send("GET /three HTTP/1.1\r\n\r\n");
  CHECK(socket.ReadAnswer().body == "GET /three? added");
  // It is gone and back before anybody asks: the kept connection is dead, nobody notices.
  world.behind_server.reset();
  world.StartBehind();
  socket.Send("GET /four HTTP/1.1\r\n\r\n");
  CHECK(socket.ReadAnswer().body == "GET /four? added");
  CHECK(world.behind.requests == 3);
}

TEST_CASE("F14 a large answer and one that is cut come as they are", "[http]") {
  World world;
  TestSocket socket(world.server->port());
  socket.Send("GET /large HTTP/1.1\r\n\r\n");
  const auto large = socket.ReadAnswer();
  CHECK(large.body == std::string(3 << 20, 'x') + "end");
  // Less than was stated tells the reader that it is not whole; what is small is not even begun.
  TestSocket other(world.server->port());
  other.Send("GET /cut HTTP/1.1\r\n\r\n");
  CHECK(absl::StartsWith(other.ReadAnswer().head, "HTTP/1.1 502 "));
  other.Send("GET /cut-large HTTP/1.1\r\n\r\n");
  const auto cut = other.ReadAnswer();
  CHECK(absl::StrContains(cut.head, "Content-Length: 2097152\r\n"));
  CHECK(cut.body == "half");
}

TEST_CASE("F14 who does not answer in time is given up", "[http]") {
  World world;
  TestSocket socket(world.server->port());
  socket.Send("GET /silent HTTP/1.1\r\n\r\n");
  CHECK(absl::StartsWith(socket.ReadAnswer().head, "HTTP/1.1 502 "));
  socket.Send("GET /after HTTP/1.1\r\n\r\n");
  CHECK(socket.ReadAnswer().body == "GET /after? added");
}

TEST_CASE("GIS-4 events come through as they happen, and end with the reader", "[http]") {
  World world;
  auto socket = std::make_unique<TestSocket>(world.server->port());
  socket->Send("GET /events HTTP/1.1\r\n\r\n");
  CHECK(absl::StrContains(socket->ReadUntil("\r\n\r\n"), "text/event-stream"));
  for (int i = 0; i < 10; ++i) {
    const std::string event = absl::StrCat("data: ", i, "\n\n");
    REQUIRE(world.behind.events->Write(event));
    REQUIRE(socket->ReadUntil("\n\n") == event);
  }
  socket.reset();
  // As its heartbeats: written until nobody takes them.
  while (world.behind.events->Write(":\n\n")) {
  }
}

}  // namespace
}  // namespace fupin::http
