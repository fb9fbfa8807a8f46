#include "libs/kv/group_commit.h"

#include <optional>
#include <utility>

#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/kv/disk_key.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

// Commits that wait for one sync together; the rest waits for the next.
constexpr size_t kMaxGroupBytes = 4 << 20;

std::string PendingKey(const std::string& table, const std::string& disk_key) {
  return absl::StrCat(table, absl::string_view("\0", 1), disk_key);
}

}  // namespace

std::vector<absl::Status> GroupCommit::Commit(absl::Span<const Batch* const> batches) {
  Waiting mine;
  mine.batches = batches;
  for (const Batch* batch : batches) mine.bytes += batch->bytes();
  std::vector<Waiting*> group;
  {
    absl::MutexLock lock(&mutex_);
    queue_.push_back(&mine);
    while (!mine.done && queue_.front() != &mine) mine.turn.Wait(&mutex_);
    if (mine.done) return std::move(mine.results);
    size_t bytes = 0;
    for (Waiting* waiting : queue_) {
      if (!group.empty() && bytes + waiting->bytes > kMaxGroupBytes) break;
      bytes += waiting->bytes;
      group.push_back(waiting);
    }
  }
  WriteGroup(group);
  absl::MutexLock lock(&mutex_);
  for (Waiting* waiting : group) {
    queue_.pop_front();
    waiting->done = true;
    if (waiting != &mine) waiting->turn.Signal();
  }
  if (!queue_.empty()) queue_.front()->turn.Signal();
  return std::move(mine.results);
}

void GroupCommit::WriteGroup(const std::vector<Waiting*>& group) {
  CountNothing();
  size_t bytes = 0;
  bool expects = false;
  for (Waiting* waiting : group) {
    bytes += waiting->bytes;
    for (const Batch* batch : waiting->batches) expects = expects || !batch->expects().empty();
  }
  const absl::Status ready = guard_.ReadyToWrite(db_.db(), static_cast<int64_t>(bytes));
  Pending pending;
  rocksdb::WriteBatch writes(bytes + bytes / 4);
  int64_t taken = 0;
  for (Waiting* waiting : group) {
    for (const Batch* batch : waiting->batches) {
      waiting->results.push_back(ready.ok() ? CheckExpects(*batch, pending) : ready);
      if (!waiting->results.back().ok()) continue;
      ++taken;
      for (const Batch::Write& write : batch->writes()) {
        const std::string key = DiskKey(batch->partition(), write.key);
        if (write.value) {
          writes.Put(db_.Handle(write.table), key, *write.value);
        } else {
          writes.Delete(db_.Handle(write.table), key);
        }
        if (expects) pending[PendingKey(write.table, key)] = &write;
      }
    }
  }
  if (writes.Count() > 0) {
    rocksdb::WriteOptions options;
    options.sync = true;
    const rocksdb::Status status = db_.db().Write(options, &writes);
    if (!status.ok()) {
      const absl::Status refused = guard_.Failed(status);
      for (Waiting* waiting : group) {
        for (absl::Status& result : waiting->results) {
          if (result.ok()) result = refused;
        }
      }
      return;
    }
    ++syncs_;
  }
  commits_ += taken;
}

absl::Status GroupCommit::CheckExpects(const Batch& batch, const Pending& pending) const {
  for (const Batch::Expect& expect : batch.expects()) {
    const std::string key = DiskKey(batch.partition(), expect.key);
    const auto found = pending.find(PendingKey(expect.table, key));
    std::optional<std::string> value;
    if (found != pending.end()) {
      value = found->second->value;
    } else {
      ASSIGN_OR_RETURN(value, db_.Get(expect.table, key));
    }
    if (value == expect.value) continue;
    return ProblemStatus(
        absl::StatusCode::kAborted,
        {"STORE_EXPECT", expect.table,
         absl::StrCat("表 ", expect.table, " 的数据已被其他操作修改,请重新读取后再试"),
         absl::StrCat("a row of table ", expect.table,
                      " was changed by another operation; read again and decide again")});
  }
  return absl::OkStatus();
}

}  // namespace fupin::kv
