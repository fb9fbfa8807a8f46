// Does something again and again on a thread of its own, until it is stopped.
#ifndef FUPIN_LIBS_PROCESS_REPEATER_H_
#define FUPIN_LIBS_PROCESS_REPEATER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace fupin::process {

class Repeater {
 public:
  Repeater(absl::Duration every, std::function<void()> action);
  ~Repeater() { Stop(); }

  void Start();
  // Waits for a round that is under way.
  void Stop();

 private:
  const absl::Duration every_;
  const std::function<void()> action_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace fupin::process

#endif  // FUPIN_LIBS_PROCESS_REPEATER_H_
