// The frame every service runs in: gRPC server with mutual TLS, metrics, health, reflection,
// orderly start and stop. Tests build the same frame with port 0.
#ifndef FUPIN_LIBS_PROCESS_FRAME_H_
#define FUPIN_LIBS_PROCESS_FRAME_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grpcpp/impl/service_type.h>
#include <grpcpp/server.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/metrics/metrics.h"
#include "libs/process/frame.pb.h"
#include "libs/rpc/credentials.h"
#include "libs/rpc/edge.h"

namespace fupin::process {

class Frame {
 public:
  // INVALID_ARGUMENT names the missing or wrong setting.
  static absl::StatusOr<std::unique_ptr<Frame>> Create(const std::string& name,
                                                       const FrameConfig& config);
  ~Frame();

  metrics::Metrics& metrics() { return metrics_; }
  rpc::Edge& edge() { return *edge_; }
  // Files for this service's own outgoing channels; absent without TLS.
  const std::optional<rpc::TlsFiles>& tls() const { return tls_; }

  // Starts the servers; `services` must outlive Stop(). Live, not yet ready. Without services there
  // is no gRPC server: the app listens itself and says where by set_port().
  absl::Status Start(const std::vector<grpc::Service*>& services);
  void SetReady(bool ready);
  bool ready() const { return ready_; }
  // Not ready, no new calls, open calls get their grace period, then are cancelled.
  void Stop();

  // Time that open calls get after SIGTERM.
  absl::Duration grace() const;

  int port() const { return port_; }
  void set_port(int port) { port_ = port; }
  int metrics_port() const { return metrics_port_; }
  int health_port() const { return health_port_; }

 private:
  Frame(const std::string& name, const FrameConfig& config);

  const std::string name_;
  const FrameConfig config_;
  std::optional<rpc::TlsFiles> tls_;
  metrics::Metrics metrics_;
  prometheus::Gauge* ready_gauge_ = nullptr;
  std::unique_ptr<rpc::Edge> edge_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<grpc::Server> health_server_;
  int port_ = 0;
  int metrics_port_ = 0;
  int health_port_ = 0;
  bool ready_ = false;
};

}  // namespace fupin::process

#endif  // FUPIN_LIBS_PROCESS_FRAME_H_
