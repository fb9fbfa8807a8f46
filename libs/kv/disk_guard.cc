#include "libs/kv/disk_guard.h"

#include <sys/statvfs.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

// How old and how many bytes behind the last look at the free disk may be.
constexpr absl::Duration kDiskLook = absl::Milliseconds(200);
constexpr int64_t kDiskLookBytes = 1 << 20;

absl::Status Broken(const std::string& why) {
  return ProblemStatus(
      absl::StatusCode::kUnavailable,
      {"STORE_BROKEN", "", absl::StrCat("磁盘写入失败: ", why, "。进程须重新启动"),
       absl::StrCat("a write to disk failed: ", why, "; the process must be started anew")});
}

absl::Status DiskReserve() {
  return ProblemStatus(
      absl::StatusCode::kResourceExhausted,
      {"STORE_DISK_RESERVE", "", "磁盘剩余空间已到保留线,暂停写入;请清理磁盘或扩容,恢复后自动继续",
       "the disk is down to its reserve and writes pause; free or add space, writing goes on by "
       "itself"});
}

}  // namespace

void DiskGuard::OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) {
  // A full disk stops flushes and compactions until there is room; the engine goes on by itself.
  // A full disk under the log is a failed write like any other.
  const bool log = reason == rocksdb::BackgroundErrorReason::kWriteCallback ||
                   reason == rocksdb::BackgroundErrorReason::kMemTable;
  if (status->IsNoSpace() && !log) {
    full_ = true;
  } else {
    Fail(status->ToString());
  }
}

void DiskGuard::OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) {
  if (info.new_bg_error.ok()) full_ = false;
}

void DiskGuard::Fail(const std::string& error) {
  absl::MutexLock lock(&mutex_);
  if (error_.empty()) error_ = error;
}

std::string DiskGuard::error() const {
  absl::MutexLock lock(&mutex_);
  return error_;
}

absl::Status DiskGuard::Health() const {
  const std::string error = this->error();
  return error.empty() ? absl::OkStatus() : Broken(error);
}

absl::Status DiskGuard::Failed(const rocksdb::Status& status) {
  if (status.IsNoSpace() && full_ && error().empty()) return DiskReserve();
  // After a failed log write or sync nobody knows what is on disk: never acknowledge again.
  Fail(status.ToString());
  return Broken(status.ToString());
}

absl::Status DiskGuard::ReadyToWrite(rocksdb::DB& db, int64_t bytes) {
  RETURN_IF_ERROR(Health());
  const int64_t now = absl::GetCurrentTimeNanos();
  bytes_since_look_ += bytes;
  // A wall clock may step back; then look.
  const bool due = now - looked_ >= absl::ToInt64Nanoseconds(kDiskLook) || now < looked_ ||
                   bytes_since_look_ >= kDiskLookBytes || options_.disk_space != nullptr;
  if (due) {
    looked_ = now;
    bytes_since_look_ = 0;
    const auto [free, total] = Space();
    low_ = free < ReserveBytes(db, total);
  }
  return low_ || full_ ? DiskReserve() : absl::OkStatus();
}

std::pair<int64_t, int64_t> DiskGuard::Space() const {
  if (options_.disk_space) return options_.disk_space();
  struct statvfs space;
  if (statvfs(options_.dir.c_str(), &space) != 0) return {INT64_MAX, INT64_MAX};
  return {static_cast<int64_t>(space.f_bavail) * static_cast<int64_t>(space.f_frsize),
          static_cast<int64_t>(space.f_blocks) * static_cast<int64_t>(space.f_frsize)};
}

// What is in memory becomes files before its log can go.
int64_t DiskGuard::ReserveBytes(rocksdb::DB& db, int64_t total) const {
  uint64_t memory = 0;
  db.GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
  return std::min(total / 1000 * options_.disk_reserve_permille, options_.disk_reserve_max_bytes) +
         static_cast<int64_t>(memory);
}

}  // namespace fupin::kv
