// Serves an outbox as the Watch RPC: resumable, with backpressure, snapshot and confirmation.
#ifndef FUPIN_LIBS_FEED_FEED_SERVER_H_
#define FUPIN_LIBS_FEED_FEED_SERVER_H_

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include <grpcpp/server_context.h>
#include <grpcpp/support/sync_stream.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "fupin/feed/v1/feed_service.grpc.pb.h"
#include "libs/metrics/metrics.h"
#include "libs/outbox/outbox.h"
#include "libs/rpc/edge.h"

namespace fupin::feed {

struct FeedHooks {
  // Completes events read from the outbox before they are sent (adds what the row only points at).
  std::function<absl::Status(std::vector<outbox::Event>&)> enrich;
  // Sends the current state, one event per thing, through `send`; false: the consumer is gone.
  std::function<absl::Status(const std::function<bool(outbox::Event)>& send)> snapshot;
};

class FeedServer : public v1::FeedService::Service {
 public:
  FeedServer(outbox::Outbox& outbox, rpc::Edge& edge, metrics::Metrics& metrics, FeedHooks hooks);

  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* stream) override;
  grpc::Status Confirm(grpc::ServerContext* context, const v1::ConfirmRequest* request,
                       v1::ConfirmResponse* response) override;

  // Ends every watch; new ones are refused.
  void Drain() { draining_ = true; }

 private:
  using Stream = grpc::ServerWriter<v1::WatchResponse>;
  absl::Status Serve(const v1::WatchRequest& start, grpc::ServerContext* context, Stream* stream);

  outbox::Outbox& outbox_;
  rpc::Edge& edge_;
  const FeedHooks hooks_;
  prometheus::Gauge& watches_;
  prometheus::Counter& sent_;
  std::atomic<int> open_{0};
  std::atomic<bool> draining_{false};
};

}  // namespace fupin::feed

#endif  // FUPIN_LIBS_FEED_FEED_SERVER_H_
