// The server itself, asked by curl.
#include "libs/http/http_server.h"

#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"

namespace fupin::http {
namespace {

// Answers everything with the one stream.
class StreamHandler : public HttpHandler {
 public:
  void Handle(std::shared_ptr<const HttpRequest>, Respond respond) override {
    HttpResponse response;
    response.stream = stream;
    response.stream_size = 12345;
    respond(std::move(response));
  }
  HttpResponse Refuse(BrokenRequest) override { return {}; }

  const std::shared_ptr<BodyStream> stream = std::make_shared<BodyStream>();
};

TEST_CASE("I15 who asks for the head alone gets the length, and nobody goes on writing for him",
          "[http]") {
  StreamHandler handler;
  metrics::Metrics metrics;
  HttpServer server(HttpLimits(), std::nullopt, handler, metrics);
  REQUIRE(server.Start("127.0.0.1:0").ok());
  testing::TempDir dir;
  testing::ChildProcess curl({"/usr/bin/curl", "-sSf", "--head", "--noproxy", "*", "--output",
                              "/dev/null", "--write-out", "%{http_code} %header{content-length}",
                              absl::StrCat("http://127.0.0.1:", server.port(), "/")},
                             dir / "log", dir / "out");
  CHECK(curl.Wait(absl::Seconds(30)) == 0);
  std::string said;
  std::getline(std::ifstream(dir / "out"), said);
  CHECK(said == "200 12345");
  CHECK_FALSE(handler.stream->open());
  server.Stop(absl::Seconds(1));
}

}  // namespace
}  // namespace fupin::http
