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

void BodyStream::WhenRoom(std::function<void()> more) {
  {
    absl::MutexLock lock(&mutex_);
    if (abandoned_ || ended_) return;
    if (waiting_.size() >= kEnoughWaiting) {
      more_ = std::move(more);
      return;
    }
  }
  more();
}

bool BodyStream::open() const {
  absl::MutexLock lock(&mutex_);
  return !ended_ && !abandoned_;
}

std::string BodyStream::Take(std::function<void()> wake, bool* ended) {
  std::function<void()> more;
  std::string taken;
  {
    absl::MutexLock lock(&mutex_);
    *ended = waiting_.empty() && ended_;
    if (waiting_.empty() && !ended_) wake_ = std::move(wake);
    taken = std::exchange(waiting_, std::string());
    more = std::exchange(more_, nullptr);
  }
  if (more) more();
  return taken;
}

void BodyStream::Abandon() {
  // Let go outside of the lock: they may hold the last reference to this.
  std::function<void()> more, wake;
  absl::MutexLock lock(&mutex_);
  abandoned_ = true;
  waiting_.clear();
  wake = std::exchange(wake_, nullptr);
  more = std::exchange(more_, nullptr);
}

}  // namespace fupin::http
