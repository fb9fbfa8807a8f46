#include "libs/process/repeater.h"

#include <utility>

namespace fupin::process {

Repeater::Repeater(absl::Duration every, std::function<void()> action)
    : every_(every), action_(std::move(action)) {}

void Repeater::Start() {
  thread_ = std::thread([this] {
    while (true) {
      {
        absl::MutexLock lock(&mutex_);
        if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), every_)) return;
      }
      action_();
    }
  });
}

void Repeater::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace fupin::process
