#include "tests/bench/map/score_source.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <google/protobuf/util/time_util.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>

#include "absl/strings/str_cat.h"
#include "libs/rpc/channel.h"
#include "libs/status/macros.h"

namespace fupin::bench::map {
namespace {

constexpr int kWindow = 256;  // the feed server's own, when the follower asks for none
constexpr absl::Duration kIdle = absl::Milliseconds(200);

}  // namespace

ScoreSource::ScoreSource(const rpc::TlsFiles& tls) {
  grpc::ServerBuilder builder;
  rpc::ApplyServerLimits(builder, 16, 128);
  builder.AddListeningPort("localhost:0", rpc::ServerTls(tls), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  FUPIN_CHECK(server_ != nullptr && port_ > 0);
}

ScoreSource::~ScoreSource() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
}

feed::v1::Event ScoreSource::EventOf(const division::Tree& tree, const Change& change) {
  feed::v1::Event event;
  // Identification's own partitions are townships.
  const auto township = tree.At(change.hamlet).AncestorAt(*tree.LevelIndex("township"));
  event.set_partition(
      absl::StrCat("i/", township ? township->code() : tree.At(change.hamlet).parent()->code()));
  event.set_type("fupin.identification.v1.HouseholdScored");
  event.set_payload(change.scored.SerializeAsString());
  return event;
}

void ScoreSource::Emit(std::vector<feed::v1::Event> events) {
  const auto now = google::protobuf::util::TimeUtil::GetCurrentTime();
  absl::MutexLock lock(&mutex_);
  for (feed::v1::Event& event : events) {
    event.set_sequence(++sequences_[event.partition()]);
    *event.mutable_commit_time() = now;
    events_.push_back(std::move(event));
  }
}

size_t ScoreSource::waiting() const {
  absl::MutexLock lock(&mutex_);
  return events_.size();
}

grpc::Status ScoreSource::Watch(grpc::ServerContext* context, const feed::v1::WatchRequest* request,
                                grpc::ServerWriter<feed::v1::WatchResponse>* stream) {
  feed::v1::WatchResponse message;
  message.mutable_opened()->set_epoch("bench");
  if (!stream->Write(message)) return grpc::Status::CANCELLED;
  if (request->snapshot()) {
    return {grpc::StatusCode::UNIMPLEMENTED, "the benchmark's feed has no snapshot"};
  }
  while (!context->IsCancelled()) {
    message.Clear();
    {
      absl::MutexLock lock(&mutex_);
      const auto any = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !events_.empty();
      };
      mutex_.AwaitWithTimeout(absl::Condition(&any), kIdle);
      if (stopping_) return grpc::Status::OK;
      for (int i = 0; i < kWindow && !events_.empty(); ++i) {
        message.mutable_events()->add_events()->Swap(&events_.front());
        events_.pop_front();
      }
    }
    if (message.has_events() && !stream->Write(message)) break;
  }
  return grpc::Status::OK;
}

grpc::Status ScoreSource::Confirm(grpc::ServerContext*, const feed::v1::ConfirmRequest*,
                                  feed::v1::ConfirmResponse*) {
  return grpc::Status::OK;
}

}  // namespace fupin::bench::map
