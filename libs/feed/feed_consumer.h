// Follows the feed of another service: connects, resumes, backs off, asks for a snapshot when its
// cursors are worth nothing any more. What an event does is the owner's business.
#ifndef FUPIN_LIBS_FEED_FEED_CONSUMER_H_
#define FUPIN_LIBS_FEED_FEED_CONSUMER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "fupin/feed/v1/feed_service.grpc.pb.h"
#include "libs/metrics/metrics.h"

namespace fupin::feed {

// Where a consumer stands; kept in its own store.
struct Position {
  std::string epoch;
  std::map<std::string, int64_t> cursors;  // partition -> last applied
};

// All are called from the consumer's one thread.
class FeedHandler {
 public:
  virtual ~FeedHandler() = default;
  virtual absl::StatusOr<Position> Load() = 0;
  // Makes the effects durable, each at most once. An error: nothing of this call is counted as
  // applied, the stream is opened again and the events come again.
  // Sequences count within `epoch`; 0 for events of a snapshot.
  virtual absl::Status Apply(const std::string& epoch, const std::vector<v1::Event>& events) = 0;
  // Remembers the position lazily; events before it are durable.
  virtual absl::Status Save(const Position& position) = 0;
};

class FeedConsumer {
 public:
  FeedConsumer(std::string name, std::shared_ptr<grpc::Channel> channel,
               std::vector<std::string> types, FeedHandler& handler, metrics::Metrics& metrics);
  ~FeedConsumer();

  void Start();
  void Stop();
  // True while a stream is open.
  bool connected() const;

 private:
  void Run();
  absl::Status Follow(bool snapshot);
  bool stopping() const;

  const std::string name_;
  const std::unique_ptr<v1::FeedService::Stub> stub_;
  const std::vector<std::string> types_;
  FeedHandler& handler_;
  prometheus::Gauge& connected_gauge_;
  prometheus::Gauge& lag_;
  prometheus::Counter& applied_;
  prometheus::Counter& resyncs_;
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool connected_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace fupin::feed

#endif  // FUPIN_LIBS_FEED_FEED_CONSUMER_H_
