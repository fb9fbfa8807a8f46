// Households that something happened to which the register's rules of watching must look at. A mark
// is written in the batch of what happened, so a crash loses none; the copy in memory only saves
// looking for it.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_WATCH_QUEUE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_WATCH_QUEUE_H_

#include <deque>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/kv/store.h"

namespace fupin::identification {

// Safe for concurrent use.
class WatchQueue {
 public:
  explicit WatchQueue(kv::Store& kv) : kv_(kv) {}

  // Puts a mark with a stamp of its own into a batch of the household's partition. Call Notify when
  // the batch is committed.
  static void Mark(kv::Batch& batch, const std::string& household);
  void Notify(const std::vector<std::string>& households);
  // Takes up the marks that an earlier life left in the store.
  absl::Status Load();

  // At most `limit` households, each once; none when `timeout` has passed or Close was called.
  std::vector<std::string> Take(size_t limit, absl::Duration timeout);
  // Waits that long, or until Close.
  void Pause(absl::Duration time);
  void Close();

 private:
  kv::Store& kv_;
  absl::Mutex mutex_;
  std::deque<std::string> waiting_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> known_ ABSL_GUARDED_BY(mutex_);  // those waiting
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_WATCH_QUEUE_H_
