// Another time than now, for demonstrations: a notice of seven days is not waited for.
#ifndef FUPIN_LIBS_CLOCK_SHIFTED_CLOCK_H_
#define FUPIN_LIBS_CLOCK_SHIFTED_CLOCK_H_

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"

namespace fupin {

// The machine's clock and as many seconds more (or less) as a file says; looked at fifty times a
// second. A file that is gone or holds no number leaves the shift as it was. Time never goes back.
// Safe for concurrent use.
class ShiftedClock : public Clock {
 public:
  explicit ShiftedClock(std::string file) : file_(std::move(file)) {}
  absl::Time Now() const override;

 private:
  const std::string file_;
  mutable absl::Mutex mutex_;
  mutable absl::Time looked_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  mutable absl::Duration shift_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Time last_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace fupin

#endif  // FUPIN_LIBS_CLOCK_SHIFTED_CLOCK_H_
