// Time comes in through here, so that a test of a seven-day rule takes milliseconds.
#ifndef FUPIN_LIBS_CLOCK_CLOCK_H_
#define FUPIN_LIBS_CLOCK_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace fupin {

// Safe for concurrent use.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's wall clock; lives for ever.
const Clock& SystemClock();

// Stands still until told otherwise.
class FakeClock : public Clock {
 public:
  explicit FakeClock(absl::Time now) : now_(now) {}
  absl::Time Now() const override;
  void Advance(absl::Duration step);

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

// Everything a person reads is in Asia/Shanghai (UTC+8, no daylight saving).
absl::TimeZone Shanghai();

}  // namespace fupin

#endif  // FUPIN_LIBS_CLOCK_CLOCK_H_
