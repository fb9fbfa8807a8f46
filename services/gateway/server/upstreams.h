// The services behind the gateway: calls with bytes in and bytes out, and whether they answer.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_UPSTREAMS_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_UPSTREAMS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/credentials.h"
#include "services/gateway/config.pb.h"

namespace fupin::gateway {

struct CallOptions {
  std::string request_id;
  std::string principal;  // URI of whom the gateway speaks for; empty: nobody known
  absl::Duration timeout = absl::Seconds(60);
};

// Safe for concurrent use.
class Upstreams {
 public:
  using Done = std::function<void(absl::StatusOr<std::string>)>;

  Upstreams(const std::vector<Upstream>& upstreams, std::optional<rpc::TlsFiles> tls,
            metrics::Metrics& metrics);
  ~Upstreams() { Stop(); }

  // Calls `method` ("Name") of `service` ("fupin.x.v1.XService"). `done` is called once, from any
  // thread, with the answer's bytes or the service's own status; UNAVAILABLE / SERVICE_UNREACHABLE
  // when it does not answer, also when Stop() cut the call.
  void Call(const std::string& service, const std::string& method, const std::string& request,
            const CallOptions& options, Done done);

  // Asks every service whether it is ready; call every second or two.
  void Probe();

  struct State {
    const Upstream* upstream;
    bool ready;
  };
  std::vector<State> states();

  // Cuts the calls under way and waits for their end.
  void Stop();

 private:
  struct Service {
    Upstream upstream;
    prometheus::Gauge* up;
    // Both guarded by mutex_.
    std::shared_ptr<grpc::GenericStub> stub;
    bool ready = false;
  };
  std::shared_ptr<grpc::GenericStub> MakeStub(const Upstream& upstream) const;
  // A new connection, unless somebody else has replaced `old` already.
  void Reconnect(Service& service, const std::shared_ptr<grpc::GenericStub>& old);
  // `again`: once more over a new connection when the service refuses our certificate.
  void Send(Service& service, const std::string& path, const grpc::ByteBuffer& request,
            const CallOptions& options, bool again, Done done);

  const std::optional<rpc::TlsFiles> tls_;
  std::vector<std::unique_ptr<Service>> services_;
  std::map<std::string, Service*> by_name_;  // by full gRPC service name
  absl::Mutex mutex_;
  std::set<grpc::ClientContext*> open_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_UPSTREAMS_H_
