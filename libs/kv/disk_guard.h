// Whether the disk may be written: what the engine's own threads hear of it, and whether it is down
// to its reserve. Private to libs/kv.
#ifndef FUPIN_LIBS_KV_DISK_GUARD_H_
#define FUPIN_LIBS_KV_DISK_GUARD_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/kv/rocks_store.h"

namespace fupin::kv {

// Safe for concurrent use where nothing else is said.
class DiskGuard : public rocksdb::EventListener {
 public:
  explicit DiskGuard(RocksOptions options) : options_(std::move(options)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) override;
  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override;

  // UNAVAILABLE / STORE_BROKEN after a failure; stays so.
  absl::Status Health() const;
  // By one thread at a time, before `bytes` are written. As Health, or RESOURCE_EXHAUSTED /
  // STORE_DISK_RESERVE.
  absl::Status ReadyToWrite(rocksdb::DB& db, int64_t bytes);
  // Takes note of a write that failed, and says what its callers are told.
  absl::Status Failed(const rocksdb::Status& status);

  bool at_reserve() const { return low_ || full_; }
  // Free and total bytes.
  std::pair<int64_t, int64_t> Space() const;
  // Of a disk of `total` bytes.
  int64_t ReserveBytes(rocksdb::DB& db, int64_t total) const;

 private:
  // The first error stays.
  void Fail(const std::string& error);
  std::string error() const;

  const RocksOptions options_;
  mutable absl::Mutex mutex_;
  std::string error_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> full_{false};  // the engine waits for room
  std::atomic<bool> low_{false};   // the last look found less than the reserve
  int64_t looked_ = 0;
  int64_t bytes_since_look_ = 0;
};

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_DISK_GUARD_H_
