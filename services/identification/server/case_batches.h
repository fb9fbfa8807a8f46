// One decision over many cases: a job with progress that goes on after a crash.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_BATCHES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_BATCHES_H_

#include <atomic>
#include <deque>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/kv/store.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/case_lists.h"

namespace fupin::identification {

// Jobs run one after another on a thread of their own. How far a job came is stored after every
// group of cases; a case that was moved before a crash is in another step and is not met again, so
// doing a group twice does nothing twice. Safe for concurrent use.
class CaseBatches {
 public:
  CaseBatches(CaseDesk& desk, CaseLists& lists, kv::Store& kv)
      : desk_(desk), lists_(lists), kv_(kv) {}
  ~CaseBatches() { Stop(); }

  // Takes up jobs an earlier life left unfinished.
  absl::Status Start();
  void Stop();

  // Idempotent by request_id. BATCH_RUNNING: another job over a division that holds this one, or
  // lies in it, is not finished.
  absl::StatusOr<v1::CaseBatch> Create(const v1::CreateCaseBatchRequest& request,
                                       const rpc::Caller& caller);
  // BATCH_NOT_FOUND: also for one of another division.
  absl::StatusOr<v1::CaseBatch> Get(const std::string& name, const rpc::Caller& caller) const;

 private:
  void Run();
  absl::Status Work(const std::string& id);
  absl::StatusOr<store::StoredBatch> Read(const std::string& id) const;
  absl::Status Save(const std::string& id, const store::StoredBatch& stored);
  v1::CaseBatch Show(const std::string& id, const store::StoredBatch& stored) const;

  CaseDesk& desk_;
  CaseLists& lists_;
  kv::Store& kv_;
  mutable absl::Mutex mutex_;
  std::deque<std::string> waiting_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_BATCHES_H_
