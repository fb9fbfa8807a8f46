#include "libs/kv/rocks_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/utilities/checkpoint.h>

#include "absl/strings/str_cat.h"
#include "libs/kv/disk_guard.h"
#include "libs/kv/disk_key.h"
#include "libs/kv/group_commit.h"
#include "libs/kv/rocks_db.h"
#include "libs/kv/rocks_scan.h"
#include "libs/kv/store_file.h"
#include "libs/kv/store_folder.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

class RocksSnapshot : public Snapshot {
 public:
  explicit RocksSnapshot(rocksdb::DB* db) : db_(db), held_(db->GetSnapshot()) {}
  ~RocksSnapshot() override { db_->ReleaseSnapshot(held_); }
  const rocksdb::Snapshot* get() const { return held_; }

 private:
  rocksdb::DB* const db_;
  const rocksdb::Snapshot* const held_;
};

class RocksStore : public Store {
 public:
  explicit RocksStore(RocksOptions options) : options_(std::move(options)), folder_(options_) {}

  // `restoring`: the folder is one that RestoreRocksStore has just filled.
  absl::Status Open(bool restoring) {
    RETURN_IF_ERROR(folder_.Own());
    RETURN_IF_ERROR(folder_.Check(restoring));
    if (!folder_.making()) {
      ASSIGN_OR_RETURN(open_note_, folder_.CheckLogs());
    }
    guard_ = std::make_shared<DiskGuard>(options_);
    ASSIGN_OR_RETURN(db_, RocksDb::Open(options_, folder_.making(), guard_));
    commits_ = std::make_unique<GroupCommit>(*db_, *guard_);
    return folder_.Ready();
  }

  absl::Status ScanTable(const std::string& table, const TableRange& range,
                         const Snapshot* snapshot, const Visitor& visit) const override {
    const auto* held = static_cast<const RocksSnapshot*>(snapshot);
    return ScanRange(*db_, table, range, held == nullptr ? nullptr : held->get(), visit);
  }

  absl::StatusOr<std::vector<TableRange>> Split(const std::string& table,
                                                int parts) const override {
    return SplitTable(*db_, table, parts);
  }

  std::unique_ptr<const Snapshot> TakeSnapshot() const override {
    return std::make_unique<RocksSnapshot>(&db_->db());
  }

  absl::Status Checkpoint(const std::string& dir) override {
    rocksdb::Checkpoint* made = nullptr;
    RETURN_IF_ERROR(FromRocks(rocksdb::Checkpoint::Create(&db_->db(), &made)));
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    RETURN_IF_ERROR(FromRocks(checkpoint->CreateCheckpoint(dir)));
    // Whoever opens the copy, by whatever way it gets there, sees another life of the data.
    StoreFile copy = folder_.file();
    copy.incarnation = NewIncarnation();
    return WriteStoreFile(dir, copy);
  }

  absl::Status Verify() override {
    RETURN_IF_ERROR(FromRocks(db_->db().VerifyChecksum()));
    for (const auto& [name, handle] : db_->handles()) {
      if (name == rocksdb::kDefaultColumnFamilyName) continue;
      RETURN_IF_ERROR(
          ScanTable(name, TableRange(), nullptr,
                    [](absl::string_view, absl::string_view, absl::string_view) { return true; }));
    }
    return absl::OkStatus();
  }

  absl::Status Health() const override { return guard_->Health(); }

  StoreStats Stats() const override {
    using Properties = rocksdb::DB::Properties;
    const auto sum = [this](const std::string& property) {
      uint64_t value = 0;
      db_->db().GetAggregatedIntProperty(property, &value);
      return static_cast<int64_t>(value);
    };
    StoreStats stats;
    stats.live_bytes = sum(Properties::kEstimateLiveDataSize);
    stats.estimated_keys = sum(Properties::kEstimateNumKeys);
    stats.memory_bytes = sum(Properties::kCurSizeAllMemTables);
    stats.pending_compaction_bytes = sum(Properties::kEstimatePendingCompactionBytes);
    stats.writes_stalled = sum(Properties::kIsWriteStopped) > 0;
    stats.at_disk_reserve = guard_->at_reserve();
    const auto [free, total] = guard_->Space();
    stats.disk_free_bytes = free;
    stats.disk_reserve_bytes = guard_->ReserveBytes(db_->db(), total);
    stats.commits = commits_->commits();
    stats.syncs = commits_->syncs();
    stats.open_note = open_note_;
    return stats;
  }

  const std::string& incarnation() const override { return folder_.file().incarnation; }

 private:
  absl::StatusOr<std::optional<std::string>> DoGet(const std::string& table,
                                                   absl::string_view partition,
                                                   absl::string_view key) const override {
    return db_->Get(table, DiskKey(partition, key));
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> DoMultiGet(
      const std::string& table, absl::string_view partition,
      absl::Span<const std::string> keys) const override {
    CountNothing();
    std::vector<std::string> disk_keys;
    disk_keys.reserve(keys.size());
    for (const std::string& key : keys) disk_keys.push_back(DiskKey(partition, key));
    const std::vector<rocksdb::Slice> slices(disk_keys.begin(), disk_keys.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db_->db().MultiGet(rocksdb::ReadOptions(), db_->Handle(table), slices.size(), slices.data(),
                       values.data(), statuses.data());
    std::vector<std::optional<std::string>> out(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      RETURN_IF_ERROR(FromRocks(statuses[i]));
      out[i] = values[i].ToString();
    }
    return out;
  }

  absl::StatusOr<Page> DoScan(const std::string& table, absl::string_view partition,
                              absl::string_view begin, absl::string_view end, int limit,
                              bool back) const override {
    return ScanPage(*db_, table, partition, begin, end, limit, back);
  }

  std::vector<absl::Status> DoCommit(absl::Span<const Batch* const> batches) override {
    return commits_->Commit(batches);
  }

  // In this order: the folder is given up when all else is closed.
  const RocksOptions options_;
  StoreFolder folder_;
  std::string open_note_;
  std::shared_ptr<DiskGuard> guard_;
  std::unique_ptr<RocksDb> db_;
  std::unique_ptr<GroupCommit> commits_;
};

absl::Status SyncDisk(const std::string& dir) {
  const int fd = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && syncfs(fd) == 0;
  const int failed = errno;
  if (fd >= 0) close(fd);
  return synced ? absl::OkStatus() : StoreIo(absl::StrCat(dir, ": ", std::strerror(failed)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const RocksOptions& options) {
  auto store = std::make_unique<RocksStore>(options);
  RETURN_IF_ERROR(store->Open(/*restoring=*/false));
  return store;
}

absl::Status RestoreRocksStore(const std::string& checkpoint, const std::string& dir) {
  std::error_code error;
  if (std::filesystem::exists(dir, error)) {
    return ProblemStatus(
        absl::StatusCode::kFailedPrecondition,
        {"RESTORE_TARGET_EXISTS", "data_dir", absl::StrCat(dir, " 已存在,请先移走"),
         absl::StrCat(dir, " exists; move it away first")});
  }
  auto read = ReadStoreFile(checkpoint);
  if (absl::IsNotFound(read.status())) {
    return ProblemStatus(
        absl::StatusCode::kInvalidArgument,
        {"RESTORE_NOT_A_BACKUP", "checkpoint", absl::StrCat(checkpoint, " 不是完整的备份"),
         absl::StrCat(checkpoint, " is not a complete backup")});
  }
  RETURN_IF_ERROR(read.status());
  std::filesystem::create_directories(dir, error);
  if (error) return StoreIo(absl::StrCat(dir, ": ", error.message()));
  StoreFile file = *read;
  file.state = StoreFile::State::kRestoring;
  file.incarnation = NewIncarnation();
  RETURN_IF_ERROR(WriteStoreFile(dir, file));
  for (const auto& entry : std::filesystem::directory_iterator(checkpoint, error)) {
    const std::filesystem::path name = entry.path().filename();
    if (name == "FUPIN_STORE" || name == "OWNER" || name == "LOCK") continue;
    std::filesystem::copy_file(entry.path(), dir / name, error);
    if (error) return StoreIo(absl::StrCat(entry.path().string(), ": ", error.message()));
  }
  if (error) return StoreIo(absl::StrCat(checkpoint, ": ", error.message()));
  {
    RocksOptions options;
    options.dir = dir;
    RocksStore store(options);
    RETURN_IF_ERROR(store.Open(/*restoring=*/true));
    RETURN_IF_ERROR(store.Verify());
  }
  RETURN_IF_ERROR(SyncDisk(dir));
  file.state = StoreFile::State::kReady;
  return WriteStoreFile(dir, file);
}

}  // namespace fupin::kv
