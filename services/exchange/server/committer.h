// The single writer of the exchange: gathers the batches of all streams, decides every record
// against what is stored, and commits them with one sync. A batch is answered only after that.
#ifndef FUPIN_SERVICES_EXCHANGE_SERVER_COMMITTER_H_
#define FUPIN_SERVICES_EXCHANGE_SERVER_COMMITTER_H_

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "fupin/exchange/v1/exchange_service.pb.h"
#include "libs/clock/clock.h"
#include "services/exchange/metrics.h"
#include "services/exchange/server/contracts.h"
#include "services/exchange/server/prepare.h"
#include "services/exchange/store/record_store.h"

namespace fupin::exchange {

class Committer {
 public:
  using Done = std::function<void(absl::StatusOr<v1::BatchVerdict>)>;

  // Most records that may wait; beyond it a sender is held back by not being read from, and when
  // too many are, EXCHANGE_BUSY: a queue without an end answers everybody too late.
  Committer(RecordStore& store, Contracts& contracts, ExchangeMetrics& metrics, const Clock& clock,
            int queue_records);
  ~Committer();

  void Start();
  // Commits what waits, then ends the thread.
  void Stop();

  // Calls `done` once, from the committer's thread, after `admitted` has been called if the batch
  // was
  // `*held`: the queue is full, submit nothing more of this stream until then. EXCHANGE_BUSY: too
  // many are held already; neither will be called.
  absl::Status Submit(PreparedBatch batch, Done done, std::function<void()> admitted, bool* held);

  // Last batch answered under this stream, 0 = none.
  absl::StatusOr<int64_t> LastBatch(const std::string& dataset, const StreamInfo& info);

 private:
  struct Waiting {
    PreparedBatch batch;
    Done done;
  };
  struct Held {
    Waiting waiting;
    std::function<void()> admitted;
  };
  bool HasRoom(const PreparedBatch& batch) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Enqueue(Waiting waiting) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run();
  void CommitGroup(std::vector<Waiting> group);

  RecordStore& store_;
  Contracts& contracts_;
  ExchangeMetrics& metrics_;
  const Clock& clock_;
  const int queue_records_;
  absl::Mutex mutex_;
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  int queued_records_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Held> held_ ABSL_GUARDED_BY(mutex_);  // one batch a stream at most
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_SERVER_COMMITTER_H_
