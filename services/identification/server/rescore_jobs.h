// Judging the whole province again, as a job with progress.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_RESCORE_JOBS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_RESCORE_JOBS_H_

#include <atomic>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/kv/store.h"
#include "services/identification/server/judge.h"
#include "services/identification/workers/scorer.h"

namespace fupin::identification {

// One job at a time; the last one can be asked for. A job that a crash ends is started anew by
// hand; households it had judged stay judged. Safe for concurrent use.
class RescoreJobs {
 public:
  RescoreJobs(const kv::Store& kv, Scorer& scorer, const Gatherer& gatherer,
              const Knowledge& knowledge, const Clock& clock)
      : kv_(kv), scorer_(scorer), gatherer_(gatherer), knowledge_(knowledge), clock_(clock) {}
  ~RescoreJobs() { Stop(); }

  // FAILED_PRECONDITION / RESCORE_RUNNING.
  absl::StatusOr<v1::RescoreJob> Create();
  // NOT_FOUND / RESCORE_JOB_UNKNOWN.
  absl::StatusOr<v1::RescoreJob> Get(const std::string& name) const;
  void Stop();

 private:
  void Run();
  absl::Status JudgeAll();

  const kv::Store& kv_;
  Scorer& scorer_;
  const Gatherer& gatherer_;
  const Knowledge& knowledge_;
  const Clock& clock_;
  std::atomic<bool> stopping_{false};
  mutable absl::Mutex mutex_;
  v1::RescoreJob job_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_RESCORE_JOBS_H_
