// The edge of every service: who calls, may they, how long did it take, what came of it.
#ifndef FUPIN_LIBS_RPC_EDGE_H_
#define FUPIN_LIBS_RPC_EDGE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/peer_verifier.h"
#include "libs/rpc/principal.h"

namespace fupin::rpc {

// What a handler may know about its caller.
struct Caller {
  Principal principal;
  std::string request_id;
  // Deadline of the call; pass it on.
  absl::Time deadline = absl::InfiniteFuture();
};

// Safe for concurrent use.
class Edge {
 public:
  // `verifier` null: the process runs without TLS by explicit setting; every caller is an operator.
  Edge(std::unique_ptr<PeerVerifier> verifier, metrics::Metrics& metrics);

  // Runs `handler` for a unary call: identifies the caller, checks the roles its method allows
  // (option allowed_roles of the method whose input is `request`), counts, logs, converts errors.
  grpc::Status Unary(grpc::ServerContextBase& context, const google::protobuf::Message& request,
                     const std::function<absl::Status(const Caller&)>& handler);

  // For streams: the same check at their start. Call Finish once with the outcome, also after a
  // refusal.
  absl::StatusOr<Caller> Admit(const grpc::ServerContextBase& context,
                               const google::protobuf::MethodDescriptor& method);
  void Finish(const google::protobuf::MethodDescriptor& method, const Caller& caller,
              absl::Time start, const absl::Status& status);

  // Refuses new calls with UNAVAILABLE / SHUTTING_DOWN and waits until the open ones have ended, at
  // most `grace`.
  void Drain(absl::Duration grace);

 private:
  struct MethodMetrics {
    prometheus::Histogram* seconds;
    std::map<int, prometheus::Counter*> by_code;
  };
  MethodMetrics& MetricsOf(const google::protobuf::MethodDescriptor& method)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<PeerVerifier> verifier_;
  metrics::Metrics& metrics_;
  prometheus::Counter& unauthenticated_;
  prometheus::Counter& denied_;
  absl::Mutex mutex_;
  int active_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<const google::protobuf::MethodDescriptor*, MethodMetrics> methods_
      ABSL_GUARDED_BY(mutex_);
};

// The method named "fupin.exchange.v1.ExchangeService.Push"; must be linked in.
const google::protobuf::MethodDescriptor& MethodNamed(const std::string& full_name);

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_EDGE_H_
