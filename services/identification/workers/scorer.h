// Judges every household that something happened to. The queue is in the store, so nothing that was
// acknowledged is forgotten by a crash; the copy in memory only saves looking for it.
#ifndef FUPIN_SERVICES_IDENTIFICATION_WORKERS_SCORER_H_
#define FUPIN_SERVICES_IDENTIFICATION_WORKERS_SCORER_H_

#include <deque>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/identification/metrics.h"
#include "services/identification/server/judge.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/score_store.h"

namespace fupin::identification {

// Safe for concurrent use.
class Scorer {
 public:
  Scorer(kv::Store& kv, HouseholdStore& households, ScoreStore& scores, const Gatherer& gatherer,
         const Knowledge& knowledge, std::shared_ptr<const division::Tree> divisions,
         int partition_level, IdentificationMetrics& metrics, const Clock& clock, int threads);
  ~Scorer() { Stop(); }

  // Takes up what an earlier life left in the store, then starts the threads.
  absl::Status Start();
  void Stop();

  // These rows stand in the store's queue.
  void Notify(const std::vector<Mark>& marks);
  // Households and places waiting or being judged.
  int64_t pending() const;

  // Judges these now, whether marked or not; all of one township. For whole-province jobs.
  // Returns how many changed.
  absl::StatusOr<int64_t> JudgeNow(Judge& judge, const std::vector<std::string>& ids);

 private:
  void Run();
  // Judges what is marked and takes the marks away.
  absl::Status Handle(Judge& judge, const std::vector<Mark>& marks);
  absl::StatusOr<std::vector<std::string>> Expand(const std::string& place) const;

  kv::Store& kv_;
  HouseholdStore& households_;
  ScoreStore& scores_;
  const Gatherer& gatherer_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
  IdentificationMetrics& metrics_;
  const Clock& clock_;
  const int thread_count_;
  mutable absl::Mutex mutex_;
  std::deque<std::string> queue_ ABSL_GUARDED_BY(mutex_);  // ids, first come first served
  // Shards in which an id of queue_ is marked.
  std::map<std::string, std::set<std::string>> queued_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> running_ ABSL_GUARDED_BY(mutex_);  // ids a thread has taken
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_WORKERS_SCORER_H_
