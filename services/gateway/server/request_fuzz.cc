// A whole request, from its address to the bytes a service would get. The input reads "POST
// /v1/...?query", an empty line or a content type, and the body. Services answer with nothing.
#include <cstdint>
#include <cstdio>

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/stubs/logging.h>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "libs/status/macros.h"
#include "services/gateway/server/front.h"
#include "services/gateway/server/path_template.h"

namespace fupin::gateway {
namespace {

class World {
 public:
  World() : transcoder_(*api_, upstreams_, nullptr, sessions_, Unlimited(), metrics_) {
    for (const Route& route : api_->routes()) {
      const auto* type = route.method->input_type();
      transcoder_.AddLocal(route.method->full_name(),
                           [this, type](const std::string& bytes) -> absl::StatusOr<std::string> {
                             const std::unique_ptr<google::protobuf::Message> message(
                                 factory_.GetPrototype(type)->New());
                             FUPIN_CHECK(message->ParseFromString(bytes));
                             return std::string();
                           });
    }
  }

  void Send(absl::string_view text) {
    const std::vector<std::string> lines = absl::StrSplit(text, absl::MaxSplits('\n', 2));
    const std::vector<std::string> words = absl::StrSplit(lines[0], absl::MaxSplits(' ', 1));
    if (words.size() < 2) return;
    auto request = std::make_shared<http::HttpRequest>();
    request->method = words[0];
    request->path = words[1].substr(0, words[1].find('?'));
    if (const size_t at = words[1].find('?'); at != std::string::npos) {
      request->query = words[1].substr(at + 1);
    }
    for (const char* header : {"content-type", "cookie", "if-none-match", "x-request-id"}) {
      if (lines.size() > 1) request->headers[header] = lines[1];
    }
    if (lines.size() > 2) request->body = lines[2];
    int answers = 0;
    front_.Handle(request, [&](const http::HttpResponse& response) {
      ++answers;
      FUPIN_CHECK(response.status >= 200 && response.status < 600 && response.status != 500);
      for (const auto& [name, value] : response.headers) {
        FUPIN_CHECK(value.find_first_of(absl::string_view("\r\n\0", 3).data(), 0, 3) ==
                    std::string::npos);
      }
    });
    // Who signs in waits for the thread that checks passwords; it does not run here.
    FUPIN_CHECK(answers == 1 || (answers == 0 && request->path == "/session"));
  }

 private:
  static TranscoderLimits Unlimited() {
    TranscoderLimits limits;
    limits.anonymous_per_second = 1'000'000'000;
    limits.known_per_second = 1'000'000'000;
    return limits;
  }

  metrics::Metrics metrics_;
  const std::unique_ptr<Api> api_ = *Api::Load(
      FUPIN_BINARY_DIR "/api/fupin_api.binpb",
      {"fupin.exchange.v1.ExchangeService", "fupin.identification.v1.IdentificationService",
       "fupin.gateway.v1.GatewayService"});
  google::protobuf::DynamicMessageFactory factory_{&api_->pool()};
  Upstreams upstreams_{{}, std::nullopt, metrics_};
  Sessions sessions_{"", crypto::BlindIndex(std::string(32, 'k')), "guizhou", SystemClock(),
                     metrics_};
  Transcoder transcoder_;
  Front front_{transcoder_, sessions_, nullptr, StaticFiles(), "{}", true};
};

}  // namespace
}  // namespace fupin::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto* world = new fupin::gateway::World;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  world->Send(text);
  (void)fupin::gateway::PathTemplate::Parse(text);
  return 0;
}

// Every refusal is logged, to standard output.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  FUPIN_CHECK(std::freopen("/dev/null", "w", stdout) != nullptr);
  return 0;
}
