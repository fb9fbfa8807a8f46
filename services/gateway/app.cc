#include "services/gateway/app.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "fupin/gateway/v1/gateway_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/crypto/blind_index.h"
#include "libs/crypto/key_file.h"
#include "libs/http/forwarder.h"
#include "libs/http/http_server.h"
#include "libs/log/log.h"
#include "libs/process/repeater.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/gateway/http/static_files.h"
#include "services/gateway/oidc/fetch.h"
#include "services/gateway/oidc/settings.h"
#include "services/gateway/server/api.h"
#include "services/gateway/server/front.h"
#include "services/gateway/server/open_api.h"
#include "services/gateway/server/transcoder.h"
#include "services/gateway/server/upstreams.h"

namespace fupin::gateway {
namespace {

constexpr char kOwnService[] = "fupin.gateway.v1.GatewayService";
constexpr absl::Duration kMapPatience = absl::Seconds(10);
constexpr char kGetSystem[] = "fupin.gateway.v1.GatewayService.GetSystem";

int OrDefault(int value, int fallback) { return value > 0 ? value : fallback; }

http::HttpLimits HttpLimitsOf(const Limits& limits) {
  http::HttpLimits out;
  out.max_connections = OrDefault(limits.max_connections(), out.max_connections);
  out.max_connections_per_address =
      OrDefault(limits.max_connections_per_address(), out.max_connections_per_address);
  out.max_body_bytes = OrDefault(limits.max_body_bytes(), 1 << 20);
  out.max_header_bytes = OrDefault(limits.max_header_bytes(), 16 << 10);
  out.receive = absl::Seconds(OrDefault(limits.receive_seconds(), 15));
  out.idle = absl::Seconds(OrDefault(limits.idle_seconds(), 60));
  out.threads = OrDefault(limits.threads(), 2);
  return out;
}

TranscoderLimits TranscoderLimitsOf(const Limits& limits) {
  TranscoderLimits out;
  out.anonymous_per_second = OrDefault(limits.anonymous_per_second(), out.anonymous_per_second);
  out.known_per_second = OrDefault(limits.known_per_second(), out.known_per_second);
  out.call = absl::Seconds(OrDefault(limits.call_seconds(), 60));
  return out;
}

std::unique_ptr<rpc::PeerVerifier> VerifierOf(const process::FrameConfig& frame) {
  if (frame.insecure_without_tls()) return nullptr;
  return std::make_unique<rpc::PeerVerifier>(frame.tls().ca_file(), frame.tls().deny_file(),
                                             SystemClock());
}

class GatewayApp : public process::App {
 public:
  GatewayApp(const GatewayConfig& config, process::Frame& frame, std::unique_ptr<Api> api,
             StaticFiles files, std::optional<crypto::BlindIndex> session_key,
             std::string provider_secret)
      : config_(config),
        frame_(frame),
        api_(std::move(api)),
        upstreams_({config.upstreams().begin(), config.upstreams().end()}, frame.tls(),
                   frame.metrics()),
        sessions_(config.accounts_file(), std::move(session_key),
                  config.province().empty() ? "guizhou" : config.province(), SystemClock(),
                  frame.metrics()),
        map_(config.map_address().empty() ? nullptr
                                          : std::make_unique<http::Forwarder>(
                                                config.map_address(), frame.tls(), kMapPatience)),
        transcoder_(*api_, upstreams_, VerifierOf(config.frame()), sessions_,
                    TranscoderLimitsOf(config.limits()), frame.metrics()),
        front_(transcoder_, sessions_, map_.get(), std::move(files), OpenApiDocument(*api_),
               frame.tls().has_value()),
        server_(HttpLimitsOf(config.limits()), frame.tls(), front_, frame.metrics()),
        repeater_(absl::Seconds(1), [this] { Round(); }) {
    transcoder_.AddLocal(kGetSystem, [this](const std::string&) { return GetSystem(); });
    if (config.has_oidc()) {
      sessions_.AddProvider(config.oidc(), std::move(provider_secret),
                            oidc::HttpsFetch(config.oidc().ca_file()));
    }
  }

  std::vector<grpc::Service*> services() override { return {}; }

  absl::Status Start() override {
    RETURN_IF_ERROR(sessions_.Refresh());
    sessions_.Start();
    if (map_ != nullptr) {
      RETURN_IF_ERROR(map_->Refresh());
    }
    RETURN_IF_ERROR(server_.Start(config_.frame().listen_address(), "frame.listen_address"));
    frame_.set_port(server_.port());
    log::Info("serving", {{"port", server_.port()}, {"routes", api_->routes().size()}});
    upstreams_.Probe();
    repeater_.Start();
    return absl::OkStatus();
  }

  // Without the services behind it the gateway still has something to say.
  absl::Status Health() override { return absl::OkStatus(); }

  void Drain() override {}

  void Stop() override {
    repeater_.Stop();
    server_.Stop(frame_.grace());
    sessions_.Stop();
    upstreams_.Stop();
  }

 private:
  void Round() {
    upstreams_.Probe();
    for (const absl::Status& status :
         {server_.RefreshTls(), map_ == nullptr ? absl::OkStatus() : map_->Refresh()}) {
      if (!status.ok()) {
        log::Warning("certificate not replaced", {{"reason", ReasonOf(status)}});
      }
    }
    if (absl::Status status = sessions_.Refresh(); !status.ok()) {
      log::Warning("accounts not refreshed", {{"reason", ReasonOf(status)}});
    }
  }

  absl::StatusOr<std::string> GetSystem() {
    v1::System system;
    for (const Upstreams::State& state : upstreams_.states()) {
      v1::ServiceState* service = system.add_services();
      service->set_name(state.upstream->name());
      service->set_name_zh(state.upstream->name_zh());
      service->set_name_en(state.upstream->name_en());
      service->set_ready(state.ready);
    }
    system.set_notice_zh(config_.notice_zh());
    system.set_notice_en(config_.notice_en());
    return system.SerializeAsString();
  }

  const GatewayConfig config_;
  process::Frame& frame_;
  const std::unique_ptr<Api> api_;
  Upstreams upstreams_;
  Sessions sessions_;
  const std::unique_ptr<http::Forwarder> map_;
  Transcoder transcoder_;
  Front front_;
  http::HttpServer server_;
  process::Repeater repeater_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<process::App>> MakeApp(const GatewayConfig& config,
                                                      process::Frame& frame) {
  std::vector<std::string> services = {kOwnService};
  for (const Upstream& upstream : config.upstreams()) {
    if (upstream.name().empty() || upstream.address().empty()) {
      return ProblemStatus(absl::StatusCode::kInvalidArgument,
                           {"SETTING_WRONG", "upstreams", "upstreams 中缺少 name 或 address",
                            "an entry of upstreams lacks its name or address"});
    }
    services.insert(services.end(), upstream.services().begin(), upstream.services().end());
  }
  ASSIGN_OR_RETURN(auto api, Api::Load(config.api_file(), services));
  ASSIGN_OR_RETURN(auto files, StaticFiles::Load(config.web_dir()));
  std::optional<crypto::BlindIndex> session_key;
  if (!config.session_key_file().empty()) {
    ASSIGN_OR_RETURN(session_key, crypto::BlindIndex::FromFile(config.session_key_file()));
  }
  std::string secret;
  if (config.has_oidc()) {
    RETURN_IF_ERROR(oidc::CheckSettings(config.oidc()));
    if (!session_key) {
      return ProblemStatus(
          absl::StatusCode::kInvalidArgument,
          {"SETTING_WRONG", "session_key_file", "使用 oidc 登录须设置 session_key_file",
           "signing in by oidc needs session_key_file"});
    }
    if (!config.oidc().client_secret_file().empty()) {
      ASSIGN_OR_RETURN(const std::string text,
                       crypto::ReadSecretFile(config.oidc().client_secret_file()));
      secret = std::string(absl::StripAsciiWhitespace(text));
    }
  }
  return std::make_unique<GatewayApp>(config, frame, std::move(api), std::move(files),
                                      std::move(session_key), std::move(secret));
}

}  // namespace fupin::gateway
