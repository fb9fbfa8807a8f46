#include "libs/clock/shifted_clock.h"

#include <algorithm>
#include <cstdint>
#include <fstream>

namespace fupin {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(20);

}  // namespace

absl::Time ShiftedClock::Now() const {
  const absl::Time now = absl::Now();
  absl::MutexLock lock(&mutex_);
  if (now - looked_ >= kLook) {
    looked_ = now;
    std::ifstream file(file_);
    int64_t seconds = 0;
    if (file >> seconds) shift_ = absl::Seconds(seconds);
  }
  last_ = std::max(last_, now + shift_);
  return last_;
}

}  // namespace fupin
