#include "services/identification/store/watch_queue.h"

#include <utility>

#include "libs/status/macros.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {

void WatchQueue::Mark(kv::Batch& batch, const std::string& household) {
  batch.Put(kWatchQueue, household, NewStamp());
}

void WatchQueue::Notify(const std::vector<std::string>& households) {
  absl::MutexLock lock(&mutex_);
  for (const std::string& household : households) {
    if (known_.insert(household).second) waiting_.push_back(household);
  }
}

absl::Status WatchQueue::Load() {
  std::vector<std::string> marked;
  RETURN_IF_ERROR(
      kv_.ScanTable(kWatchQueue, [&](absl::string_view, absl::string_view key, absl::string_view) {
        marked.emplace_back(key);
        return true;
      }));
  Notify(marked);
  return absl::OkStatus();
}

std::vector<std::string> WatchQueue::Take(size_t limit, absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || !waiting_.empty();
  };
  mutex_.AwaitWithTimeout(absl::Condition(&ready), timeout);
  std::vector<std::string> taken;
  while (!closed_ && !waiting_.empty() && taken.size() < limit) {
    known_.erase(waiting_.front());
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return taken;
}

void WatchQueue::Pause(absl::Duration time) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&closed_), time);
}

void WatchQueue::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

}  // namespace fupin::identification
