// Looks at every marked household by the rules of watching and keeps its suggestions true (ID-10):
// makes new ones, takes up changed facts, lets those lapse that hold no more. Every day it also
// looks at everybody in the register, because months pass without an event.
#ifndef FUPIN_SERVICES_IDENTIFICATION_WORKERS_WATCHER_H_
#define FUPIN_SERVICES_IDENTIFICATION_WORKERS_WATCHER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/identification/metrics.h"
#include "services/identification/server/procedures.h"
#include "services/identification/store/case_store.h"
#include "services/identification/store/score_store.h"
#include "services/identification/store/suggestion_store.h"
#include "services/identification/store/watch_queue.h"

namespace fupin::identification {

// Safe for concurrent use.
class Watcher {
 public:
  // `end_cases` ends the open cases of a household if nobody lives in it any more.
  Watcher(kv::Store& kv, WatchQueue& queue, const SuggestionStore& suggestions,
          const ScoreStore& scores, const CaseStore& cases, const Procedures& procedures,
          std::shared_ptr<const division::Tree> divisions, int partition_level,
          IdentificationMetrics& metrics, const Clock& clock,
          std::function<absl::Status(const std::string& household)> end_cases);
  ~Watcher() { Stop(); }

  absl::Status Start();
  void Stop();

 private:
  void Run();
  // Looks at one household and takes its mark away; ABORTED: something changed meanwhile, its mark
  // or another's.
  absl::Status Look(const std::string& household);
  // Everybody in the register.
  absl::Status Sweep();

  kv::Store& kv_;
  WatchQueue& queue_;
  const SuggestionStore& suggestions_;
  const ScoreStore& scores_;
  const CaseStore& cases_;
  const Procedures& procedures_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
  IdentificationMetrics& metrics_;
  const Clock& clock_;
  const std::function<absl::Status(const std::string&)> end_cases_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_WORKERS_WATCHER_H_
