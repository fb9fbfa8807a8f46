// One open Push stream: bytes in, verdicts out. The message is parsed here and not by gRPC, which
// would answer junk with an empty error.
#ifndef FUPIN_SERVICES_EXCHANGE_SERVER_PUSH_STREAM_H_
#define FUPIN_SERVICES_EXCHANGE_SERVER_PUSH_STREAM_H_

#include <deque>
#include <memory>
#include <set>
#include <string>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "fupin/exchange/v1/exchange_service.pb.h"
#include "libs/rpc/edge.h"
#include "services/exchange/server/committer.h"
#include "services/exchange/server/contracts.h"
#include "services/exchange/server/prepare.h"

namespace fupin::exchange {

class PushStream;

// The streams that are open, so that a stopping service can end them. Safe for concurrent use.
class PushStreams {
 public:
  void Add(PushStream* stream);
  void Remove(PushStream* stream);
  // Every stream answers what it has taken and ends with UNAVAILABLE / SHUTTING_DOWN.
  void Drain();

 private:
  absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<PushStream*> open_ ABSL_GUARDED_BY(mutex_);
};

struct PushLimits {
  int max_records_per_batch = 1000;
  int max_batches_in_flight = 8;
};

// Deletes itself when gRPC is done with it and every batch it took is answered.
class PushStream : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  PushStream(grpc::CallbackServerContext* context, rpc::Edge& edge, Contracts& contracts,
             const Preparer& preparer, Committer& committer, PushStreams& streams,
             PushLimits limits);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // Takes no further batch; ends once everything taken is answered.
  void Drain();

 private:
  ~PushStream() override = default;
  absl::Status Start(const v1::PushStart& start);
  absl::Status Take(const v1::RecordBatch& batch);
  // The batch that was held back is in the queue: read on.
  void ReadOn();
  void Answered(int64_t batch_number, absl::StatusOr<v1::BatchVerdict> verdict);
  void Send(const v1::PushResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Ends the stream with `status` as soon as nothing is open any more.
  void End(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void MaybeFinish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  grpc::CallbackServerContext* const context_;
  rpc::Edge& edge_;
  Contracts& contracts_;
  const Preparer& preparer_;
  Committer& committer_;
  PushStreams& streams_;
  const PushLimits limits_;
  const absl::Time begun_;
  rpc::Caller caller_;
  std::string dataset_;
  StreamInfo info_;
  bool started_ = false;
  grpc::ByteBuffer incoming_;

  absl::Mutex mutex_;
  std::deque<grpc::ByteBuffer> outbox_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;  // no reading until the queue has room
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status end_status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_SERVER_PUSH_STREAM_H_
