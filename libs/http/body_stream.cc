#include <utility>

#include "libs/http/message.h"

namespace fupin::http {

bool BodyStream::Write(absl::string_view chunk) {
  std::function<void()> wake;
  {
    absl::MutexLock lock(&mutex_);
    if (abandoned_ || ended_) return false;
    if (waiting_.size() + chunk.size() > kMaxWaiting) {
      ended_ = true;
      waiting_.clear();
    } else {
      waiting_.append(chunk.data(), chunk.size());
    }
    wake = std::exchange(wake_, nullptr);
  }
  if (wake) wake();
  return open();
}

void BodyStream::End() {
  std::function<void()> wake;
  {
    absl::MutexLock lock(&mutex_);
    ended_ = true;
    wake = std::exchange(wake_, nullptr);
  }
  if (wake) wake();
}

bool BodyStream::open() const {
  absl::MutexLock lock(&mutex_);
  return !ended_ && !abandoned_;
}

std::string BodyStream::Take(std::function<void()> wake, bool* ended) {
  absl::MutexLock lock(&mutex_);
  *ended = waiting_.empty() && ended_;
  if (waiting_.empty() && !ended_) wake_ = std::move(wake);
  return std::exchange(waiting_, std::string());
}

void BodyStream::Abandon() {
  absl::MutexLock lock(&mutex_);
  abandoned_ = true;
  waiting_.clear();
  wake_ = nullptr;
}

}  // namespace fupin::http
