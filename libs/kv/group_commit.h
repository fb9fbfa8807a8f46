// Commits of many callers with one sync. Private to libs/kv.
#ifndef FUPIN_LIBS_KV_GROUP_COMMIT_H_
#define FUPIN_LIBS_KV_GROUP_COMMIT_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "libs/kv/disk_guard.h"
#include "libs/kv/rocks_db.h"
#include "libs/kv/store.h"

namespace fupin::kv {

// Safe for concurrent use.
class GroupCommit {
 public:
  // Both must outlive it.
  GroupCommit(const RocksDb& db, DiskGuard& guard) : db_(db), guard_(guard) {}

  // Callers queue up; the first writes for those behind it with one sync, then wakes them. One
  // result per batch, as Store::Commit says.
  std::vector<absl::Status> Commit(absl::Span<const Batch* const> batches);

  int64_t commits() const { return commits_; }
  int64_t syncs() const { return syncs_; }

 private:
  // One caller of Commit, waiting for its turn or for the one whose turn it is.
  struct Waiting {
    absl::Span<const Batch* const> batches;
    size_t bytes = 0;
    std::vector<absl::Status> results;
    bool done = false;
    absl::CondVar turn;
  };

  // Writes that are going to be made in this group, so that later expectations see them.
  using Pending = std::unordered_map<std::string, const Batch::Write*>;

  // Only by the one at the front of the queue.
  void WriteGroup(const std::vector<Waiting*>& group);
  absl::Status CheckExpects(const Batch& batch, const Pending& pending) const;

  const RocksDb& db_;
  DiskGuard& guard_;
  absl::Mutex mutex_;
  std::deque<Waiting*> queue_ ABSL_GUARDED_BY(mutex_);
  std::atomic<int64_t> commits_{0};
  std::atomic<int64_t> syncs_{0};
};

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_GROUP_COMMIT_H_
