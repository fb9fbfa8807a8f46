#include "libs/process/frame.h"

#include <chrono>
#include <exception>

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "absl/strings/str_cat.h"
#include "libs/clock/clock.h"
#include "libs/config/config.h"
#include "libs/log/log.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/malformed_request.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::process {
namespace {

absl::Status Setting(const std::string& name, const std::string& zh, const std::string& en) {
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       {"SETTING_WRONG", name, absl::StrCat("配置项 ", name, " ", zh),
                        absl::StrCat("setting ", name, " ", en)});
}

// For the last answers to leave.
constexpr std::chrono::milliseconds kLastAnswers(200);

int OrDefault(int value, int fallback) { return value > 0 ? value : fallback; }

}  // namespace

Frame::Frame(const std::string& name, const FrameConfig& config) : name_(name), config_(config) {}

absl::StatusOr<std::unique_ptr<Frame>> Frame::Create(const std::string& name,
                                                     const FrameConfig& config) {
  if (config.listen_address().empty()) {
    return Setting("frame.listen_address", "缺失", "is missing");
  }
  std::unique_ptr<Frame> frame(new Frame(name, config));
  std::unique_ptr<rpc::PeerVerifier> verifier;
  if (config.insecure_without_tls()) {
    log::Warning("running WITHOUT TLS by explicit setting; every caller counts as an operator");
  } else {
    const Tls& tls = config.tls();
    for (const auto& [setting, path] :
         {std::pair("frame.tls.ca_file", tls.ca_file()),
          std::pair("frame.tls.certificate_file", tls.certificate_file()),
          std::pair("frame.tls.key_file", tls.key_file())}) {
      if (path.empty()) return Setting(setting, "缺失", "is missing");
      if (!config::ReadFile(path).ok()) return Setting(setting, "无法读取", "cannot be read");
    }
    frame->tls_ = rpc::TlsFiles{tls.ca_file(), tls.certificate_file(), tls.key_file()};
    verifier = std::make_unique<rpc::PeerVerifier>(tls.ca_file(), tls.deny_file(), SystemClock());
  }
  frame->edge_ = std::make_unique<rpc::Edge>(std::move(verifier), frame->metrics_);
  frame->ready_gauge_ = &frame->metrics_.Gauge("fupin_ready", "1 while the service accepts calls.",
                                               {{"service", name}});
  return frame;
}

Frame::~Frame() { Stop(); }

absl::Status Frame::Start(const std::vector<grpc::Service*>& services) {
  // gRPC asks for these before the first builder; both are process-wide and idempotent.
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  if (!config_.metrics_address().empty()) {
    try {
      metrics_port_ = metrics_.Expose(config_.metrics_address());
    } catch (const std::exception&) {
      return Setting("frame.metrics_address", "无法监听", "cannot be listened on");
    }
  }
  if (!config_.health_address().empty()) {
    grpc::ServerBuilder builder;
    rpc::ApplyServerLimits(builder, 4, 16);
    builder.AddListeningPort(config_.health_address(), grpc::InsecureServerCredentials(),
                             &health_port_);
    health_server_ = builder.BuildAndStart();
    if (health_server_ == nullptr || health_port_ == 0) {
      return Setting("frame.health_address", "无法监听", "cannot be listened on");
    }
    health_server_->GetHealthCheckService()->SetServingStatus("live", true);
    health_server_->GetHealthCheckService()->SetServingStatus("ready", false);
  }
  if (services.empty()) return absl::OkStatus();
  grpc::ServerBuilder builder;
  rpc::ApplyServerLimits(builder, OrDefault(config_.max_threads(), 64),
                         OrDefault(config_.max_concurrent_streams(), 128));
  rpc::ExplainMalformedRequests(builder);
  builder.AddListeningPort(config_.listen_address(),
                           tls_ ? rpc::ServerTls(*tls_) : grpc::InsecureServerCredentials(),
                           &port_);
  for (grpc::Service* service : services) builder.RegisterService(service);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return Setting("frame.listen_address", "无法监听,端口可能被占用",
                   "cannot be listened on; the port may be in use");
  }
  log::Info("listening", {{"port", port_},
                          {"metrics_port", metrics_port_},
                          {"health_port", health_port_},
                          {"tls", tls_.has_value()}});
  return absl::OkStatus();
}

void Frame::SetReady(bool ready) {
  ready_ = ready;
  ready_gauge_->Set(ready ? 1 : 0);
  for (grpc::Server* server : {server_.get(), health_server_.get()}) {
    if (server != nullptr && server->GetHealthCheckService() != nullptr) {
      server->GetHealthCheckService()->SetServingStatus("ready", ready);
    }
  }
}

absl::Duration Frame::grace() const {
  return absl::Seconds(OrDefault(config_.grace_seconds(), 20));
}

void Frame::Stop() {
  SetReady(false);
  if (server_ != nullptr) {
    edge_->Drain(grace());
    // What is still open has had its time. gRPC itself would also wait for idle connections.
    server_->Shutdown(std::chrono::system_clock::now() + kLastAnswers);
    server_->Wait();
    server_.reset();
  }
  if (health_server_ != nullptr) {
    health_server_->Shutdown();
    health_server_->Wait();
    health_server_.reset();
  }
}

}  // namespace fupin::process
