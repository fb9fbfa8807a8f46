// Stands for identification: a server with its certificate whose change feed carries the scores the
// benchmark makes, as libs/feed/feed_server.h sends them.
#ifndef FUPIN_TESTS_BENCH_MAP_SCORE_SOURCE_H_
#define FUPIN_TESTS_BENCH_MAP_SCORE_SOURCE_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/server.h>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "fupin/feed/v1/feed_service.grpc.pb.h"
#include "libs/rpc/credentials.h"
#include "tests/bench/map/province.h"

namespace fupin::bench::map {

// One follower. Events that were sent are gone: let it apply them all before it is stopped.
class ScoreSource : public feed::v1::FeedService::Service {
 public:
  explicit ScoreSource(const rpc::TlsFiles& tls);
  ~ScoreSource() override;

  int port() const { return port_; }
  // Made beforehand, so that making them is not part of what is measured.
  static feed::v1::Event EventOf(const division::Tree& tree, const Change& change);
  void Emit(std::vector<feed::v1::Event> events);
  // Events not taken by the stream yet.
  size_t waiting() const;

  grpc::Status Watch(grpc::ServerContext* context, const feed::v1::WatchRequest* request,
                     grpc::ServerWriter<feed::v1::WatchResponse>* stream) override;
  grpc::Status Confirm(grpc::ServerContext* context, const feed::v1::ConfirmRequest* request,
                       feed::v1::ConfirmResponse* response) override;

 private:
  mutable absl::Mutex mutex_;
  std::deque<feed::v1::Event> events_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int64_t> sequences_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_SCORE_SOURCE_H_
