#include "libs/http/http_server.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <catch2/catch.hpp>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/http/test_socket.h"

namespace fupin::http {
namespace {

// Answers by path; what it holds back is answered when the test says so.
class Handler : public HttpHandler {
 public:
  void Handle(std::shared_ptr<const HttpRequest> request, Respond respond) override {
    HttpResponse response;
    response.content_type = "text/plain";
    if (request->path == "/echo") {
      response.body = std::make_shared<const std::string>(
          absl::StrCat(request->method, " ", request->query, " ", request->body));
    } else if (request->path == "/large") {
      response.body = large;
    } else if (request->path == "/unchanged") {
      response.status = 304;
      response.headers.emplace_back("ETag", "\"1\"");
    } else if (request->path == "/stream") {
      response.stream = stream;
      if (request->query == "sized") response.stream_size = 12345;
    } else if (request->path == "/later") {
      absl::MutexLock lock(&mutex_);
      later_ = std::move(respond);
      return;
    }
    respond(std::move(response));
  }
  HttpResponse Refuse(BrokenRequest why) override {
    HttpResponse response;
    response.status = why == BrokenRequest::kBodyTooLarge     ? 413
                      : why == BrokenRequest::kHeaderTooLarge ? 431
                                                              : 400;
    return response;
  }
  // Waits for a request to /later.
  Respond TakeLater() {
    absl::MutexLock lock(&mutex_);
    const auto there = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return later_ != nullptr; };
    mutex_.Await(absl::Condition(&there));
    return std::exchange(later_, nullptr);
  }

  const std::shared_ptr<const std::string> large =
      std::make_shared<const std::string>(std::string(5 << 20, 'x') + "end");
  const std::shared_ptr<BodyStream> stream = std::make_shared<BodyStream>();

 private:
  absl::Mutex mutex_;
  Respond later_ ABSL_GUARDED_BY(mutex_);
};

struct World {
  explicit World(HttpLimits limits = {}) : server(limits, std::nullopt, handler, metrics) {
    REQUIRE(server.Start("127.0.0.1:0", "http_address").ok());
  }
  Handler handler;
  metrics::Metrics metrics;
  HttpServer server;
};

TEST_CASE("I01 requests sent at once on one connection are answered in their order", "[http]") {
  World world;
  TestSocket socket(world.server.port());
  socket.Send(
      "GET /echo?first HTTP/1.1\r\n\r\nPOST /echo?second HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"
      "HEAD /large HTTP/1.1\r\n\r\nGET /unchanged HTTP/1.1\r\n\r\nGET /echo?l");
  const auto first = socket.ReadAnswer();
  CHECK(absl::StartsWith(first.head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"));
  CHECK(first.body == "GET first ");
  CHECK(socket.ReadAnswer().body == "POST second body");
  const auto head = socket.ReadAnswer(/*bare=*/true);
  CHECK(absl::StrContains(head.head,
                          absl::StrCat("Content-Length: ", world.handler.large->size(), "\r\n")));
  const auto unchanged = socket.ReadAnswer();
  CHECK(absl::StartsWith(unchanged.head, "HTTP/1.1 304 Not Modified\r\n"));
  CHECK(absl::StrContains(unchanged.head, "ETag: \"1\"\r\nContent-Length: 0\r\n"));
  // The rest of a request that came in two pieces; the last one ends the connection.
  socket.Send("ast HTTP/1.1\r\nConnection: close\r\n\r\n");
  const auto last = socket.ReadAnswer();
  CHECK(last.body == "GET last ");
  CHECK(absl::StrContains(last.head, "Connection: close\r\n"));
  CHECK(socket.ReadToEnd().empty());
}

TEST_CASE("I03 F18 a request that is none, or too large, is refused and the connection ends",
          "[http]") {
  HttpLimits limits;
  limits.max_header_bytes = 1000;
  limits.max_body_bytes = 100;
  World world(limits);
  const auto [name, text, status] = GENERATE(table<const char*, std::string, int>(
      {{"malformed", "NONSENSE\r\n\r\n", 400},
       {"header", "GET / HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n", 431},
       {"header without an end", "GET / HTTP/1.1\r\nX: " + std::string(2000, 'x'), 431},
       {"body", "POST /echo HTTP/1.1\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'), 413},
       {"body told beforehand", "POST /echo HTTP/1.1\r\nContent-Length: 101\r\n\r\n", 413},
       {"body in chunks",
        "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x') +
            "\r\n0\r\n\r\n",
        413}}));
  CAPTURE(name);
  TestSocket socket(world.server.port());
  socket.Send(text);
  CHECK(absl::StartsWith(socket.ReadToEnd(), absl::StrCat("HTTP/1.1 ", status, " ")));
}

TEST_CASE("I02 a body in chunks, and one that waits to be asked for", "[http]") {
  World world;
  TestSocket socket(world.server.port());
  socket.Send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  socket.Send("2\r\nde\r\n0\r\n\r\n");
  CHECK(socket.ReadAnswer().body == "POST  abcde");
  socket.Send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(socket.ReadUntil("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  socket.Send("hi");
  CHECK(socket.ReadAnswer().body == "POST  hi");
}

TEST_CASE("F18 silence, or half a request, ends a connection when its time has passed", "[http]") {
  HttpLimits limits;
  limits.receive = absl::Milliseconds(200);
  limits.idle = absl::Milliseconds(200);
  World world(limits);
  for (const char* text : {"", "GET /ec", "POST /echo HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"}) {
    TestSocket socket(world.server.port());
    socket.Send(text);
    CHECK(socket.ReadToEnd().empty());
  }
  TestSocket silent(world.server.port());
  silent.Send("GET /echo HTTP/1.1\r\n\r\n");
  CHECK(silent.ReadAnswer().body == "GET  ");
  CHECK(silent.ReadToEnd().empty());
}

TEST_CASE("F14 a large answer is whole for who reads it late, others are served meanwhile",
          "[http]") {
  HttpLimits limits;
  limits.threads = 1;
  World world(limits);
  TestSocket slow(world.server.port());
  slow.Send("GET /large HTTP/1.1\r\n\r\nGET /echo?next HTTP/1.1\r\n\r\n");
  TestSocket other(world.server.port());
  other.Send("GET /echo?other HTTP/1.1\r\n\r\n");
  CHECK(other.ReadAnswer().body == "GET other ");
  CHECK(slow.ReadAnswer().body == *world.handler.large);
  CHECK(slow.ReadAnswer().body == "GET next ");
}

TEST_CASE("F02 who stops the server waits for requests under way, which are answered", "[http]") {
  World world;
  TestSocket socket(world.server.port());
  socket.Send("GET /later HTTP/1.1\r\n\r\n");
  Respond respond = world.handler.TakeLater();
  std::thread stopping([&] { world.server.Stop(absl::Seconds(60)); });
  HttpResponse late;
  late.body = std::make_shared<const std::string>("late");
  respond(std::move(late));
  CHECK(socket.ReadAnswer().body == "late");
  CHECK(socket.ReadToEnd().empty());
  stopping.join();
}

TEST_CASE("F02 who is gone before his answer leaves nothing behind", "[http]") {
  World world;
  Respond respond;
  {
    TestSocket socket(world.server.port());
    socket.Send("GET /later HTTP/1.1\r\n\r\n");
    respond = world.handler.TakeLater();
  }
  HttpResponse late;
  late.stream = std::make_shared<BodyStream>();
  const auto stream = late.stream;
  respond(std::move(late));
  while (stream->open()) stream->Write("still there?");
  world.server.Stop(absl::Seconds(60));
}

TEST_CASE("GIS-4 a body that goes on comes as it is written, until it ends or the reader is gone",
          "[http]") {
  World world;
  auto reader = std::make_unique<TestSocket>(world.server.port());
  TestSocket& socket = *reader;
  socket.Send("GET /stream HTTP/1.1\r\n\r\n");
  const std::string head = socket.ReadUntil("\r\n\r\n");
  CHECK(absl::StrContains(head, "Connection: close\r\n"));
  CHECK_FALSE(absl::StrContains(head, "Content-Length"));
  for (int i = 0; i < 100; ++i) {
    const std::string event = absl::StrCat("event ", i, "\n");
    REQUIRE(world.handler.stream->Write(event));
    REQUIRE(socket.ReadUntil("\n") == event);
  }
  const std::string much(BodyStream::kEnoughWaiting, 'm');
  REQUIRE(world.handler.stream->Write(much));
  CHECK(socket.Read(much.size()) == much);
  SECTION("it ends") {
    REQUIRE(world.handler.stream->Write("last"));
    world.handler.stream->End();
    CHECK(socket.ReadToEnd() == "last");
  }
  SECTION("the reader is gone") {
    reader.reset();
    while (world.handler.stream->Write(":")) {
    }
  }
}

TEST_CASE("I15 who asks for the head alone gets the length, and nobody goes on writing for him",
          "[http]") {
  World world;
  TestSocket socket(world.server.port());
  socket.Send("HEAD /stream?sized HTTP/1.1\r\n\r\nGET /echo?next HTTP/1.1\r\n\r\n");
  const auto answer = socket.ReadAnswer(/*bare=*/true);
  CHECK(absl::StartsWith(answer.head, "HTTP/1.1 200 OK\r\n"));
  CHECK(absl::StrContains(answer.head, "Content-Length: 12345\r\n"));
  CHECK_FALSE(world.handler.stream->open());
  CHECK(socket.ReadAnswer().body == "GET next ");
}

TEST_CASE("USE-1 an address that cannot be listened on is refused by the name of its setting",
          "[http]") {
  World world;
  metrics::Metrics metrics;
  for (const auto& [address, why] :
       {std::pair(absl::StrCat("127.0.0.1:", world.server.port()), "port may be in use"),
        std::pair(std::string("127.0.0.1"), "must be host:port"),
        std::pair(std::string("127.0.0.1:70000"), "must be host:port"),
        std::pair(std::string("nobody.invalid:1"), "cannot be resolved")}) {
    HttpServer second(HttpLimits(), std::nullopt, world.handler, metrics);
    const absl::Status status = second.Start(address, "http_address");
    INFO(address);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(absl::StrContains(status.message(), "http_address"));
    CHECK(absl::StrContains(status.message(), why));
  }
}

}  // namespace
}  // namespace fupin::http
