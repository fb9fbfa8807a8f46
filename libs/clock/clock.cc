#include "libs/clock/clock.h"

namespace fupin {
namespace {

class WallClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace

const Clock& SystemClock() {
  static const WallClock clock;
  return clock;
}

absl::Time FakeClock::Now() const {
  absl::MutexLock lock(&mutex_);
  return now_;
}

void FakeClock::Advance(absl::Duration step) {
  absl::MutexLock lock(&mutex_);
  now_ += step;
}

absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }

}  // namespace fupin
