#include "libs/kv/rocks_store.h"

#include <sys/statvfs.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <map>
#include <set>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include "absl/base/thread_annotations.h"
#include "absl/hash/hash.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

// Raised when the layout of keys on disk changes.
constexpr int kFormat = 1;
constexpr char kFormatFile[] = "FUPIN_FORMAT";
constexpr char kRestoredFile[] = "FUPIN_RESTORED";
constexpr absl::Duration kDiskLook = absl::Milliseconds(200);

absl::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// Length byte, partition, key: rows of a partition are neighbours and in key order.
std::string DiskKey(absl::string_view partition, absl::string_view key) {
  std::string out;
  out.reserve(1 + partition.size() + key.size());
  out.push_back(static_cast<char>(partition.size()));
  out.append(partition.data(), partition.size());
  out.append(key.data(), key.size());
  return out;
}

absl::Status Corrupt(const rocksdb::Status& status) {
  return ProblemStatus(
      absl::StatusCode::kDataLoss,
      {"STORE_CORRUPT", "", absl::StrCat("存储损坏: ", status.ToString(), "。请停止服务并恢复备份"),
       absl::StrCat("the store is damaged: ", status.ToString(),
                    "; stop the service and restore a backup")});
}

absl::Status Broken(const std::string& why) {
  return ProblemStatus(
      absl::StatusCode::kUnavailable,
      {"STORE_BROKEN", "", absl::StrCat("磁盘写入失败: ", why, "。进程须重新启动"),
       absl::StrCat("a write to disk failed: ", why, "; the process must be started anew")});
}

absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsCorruption()) return Corrupt(status);
  return absl::UnavailableError(status.ToString());
}

class Listener : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    absl::MutexLock lock(&mutex_);
    if (error_.empty()) error_ = status->ToString();
  }
  std::string error() const {
    absl::MutexLock lock(&mutex_);
    return error_;
  }
  void Fail(const std::string& error) {
    absl::MutexLock lock(&mutex_);
    if (error_.empty()) error_ = error;
  }

 private:
  mutable absl::Mutex mutex_;
  std::string error_ ABSL_GUARDED_BY(mutex_);
};

rocksdb::Options DatabaseOptions(const RocksOptions& options,
                                 const std::shared_ptr<Listener>& listener) {
  rocksdb::Options db;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.paranoid_checks = true;
  // The default mode silently drops acknowledged rows after a flipped bit in the middle of the log;
  // this one opens after a torn tail and refuses everything else.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;
  db.verify_sst_unique_id_in_manifest = true;
  db.max_background_jobs = 2;
  db.max_total_wal_size = 256 << 20;
  db.keep_log_file_num = 3;
  db.max_open_files = 512;
  db.listeners.push_back(listener);
  db.db_write_buffer_size = static_cast<size_t>(options.memory_bytes / 2);
  if (options.env != nullptr) db.env = options.env;
  return db;
}

rocksdb::ColumnFamilyOptions TableOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = cache;
  table.block_size = 16 << 10;
  table.format_version = 5;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.write_buffer_size = 32 << 20;
  // zstd costs a quarter of the ingest's CPU when used everywhere; only cold data gets it.
  family.compression = rocksdb::kLZ4Compression;
  family.bottommost_compression = rocksdb::kZSTD;
  family.level_compaction_dynamic_level_bytes = true;
  return family;
}

class RocksStore : public Store {
 public:
  explicit RocksStore(const RocksOptions& options) : options_(options) {}

  ~RocksStore() override {
    if (db_ == nullptr) return;
    for (auto& [name, handle] : handles_) db_->DestroyColumnFamilyHandle(handle);
    db_->Close();
  }

  absl::Status Open() {
    std::filesystem::create_directories(options_.dir);
    RETURN_IF_ERROR(CheckFormat());
    listener_ = std::make_shared<Listener>();
    cache_ = rocksdb::NewLRUCache(static_cast<size_t>(options_.memory_bytes / 2));
    const rocksdb::Options db_options = DatabaseOptions(options_, listener_);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, TableOptions(cache_));
    std::set<std::string> names(options_.tables.begin(), options_.tables.end());
    std::vector<std::string> existing;
    if (rocksdb::DB::ListColumnFamilies(db_options, options_.dir, &existing).ok()) {
      names.insert(existing.begin(), existing.end());
    }
    names.erase(rocksdb::kDefaultColumnFamilyName);
    for (const std::string& name : names) families.emplace_back(name, TableOptions(cache_));
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status =
        rocksdb::DB::Open(db_options, options_.dir, families, &handles, &db);
    if (!status.ok()) {
      if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
        return ProblemStatus(
            absl::StatusCode::kFailedPrecondition,
            {"STORE_IN_USE", "data_dir", absl::StrCat("存储正被另一个进程使用: ", options_.dir),
             absl::StrCat("the store is in use by another process: ", options_.dir)});
      }
      if (status.IsCorruption() || status.IsInvalidArgument()) return Corrupt(status);
      // A file that is missing or cut where it must not be shows as an I/O error.
      return status.IsIOError() ? Corrupt(status) : FromRocks(status);
    }
    db_.reset(db);
    for (size_t i = 0; i < families.size(); ++i) handles_[families[i].name] = handles[i];
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<std::string>> Get(const std::string& table,
                                                 absl::string_view partition,
                                                 absl::string_view key) const override {
    std::string value;
    const rocksdb::Status status =
        db_->Get(rocksdb::ReadOptions(), Handle(table), DiskKey(partition, key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return FromRocks(status);
    return std::optional<std::string>(std::move(value));
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      const std::string& table, absl::string_view partition,
      absl::Span<const std::string> keys) const override {
    std::vector<std::string> disk_keys;
    disk_keys.reserve(keys.size());
    for (const std::string& key : keys) disk_keys.push_back(DiskKey(partition, key));
    std::vector<rocksdb::Slice> slices(disk_keys.begin(), disk_keys.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db_->MultiGet(rocksdb::ReadOptions(), Handle(table), slices.size(), slices.data(),
                  values.data(), statuses.data());
    std::vector<std::optional<std::string>> out(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      if (!statuses[i].ok()) return FromRocks(statuses[i]);
      out[i] = values[i].ToString();
    }
    return out;
  }

  absl::StatusOr<Page> Scan(const std::string& table, absl::string_view partition,
                            absl::string_view begin, absl::string_view end,
                            int limit) const override {
    const std::string prefix = DiskKey(partition, "");
    const std::string upper = end.empty() ? PrefixEnd(prefix) : DiskKey(partition, end);
    const rocksdb::Slice bound(upper);
    rocksdb::ReadOptions read;
    if (!upper.empty()) read.iterate_upper_bound = &bound;
    std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(read, Handle(table)));
    Page page;
    limit = std::min(std::max(limit, 1), kMaxPageRows);
    for (rows->Seek(DiskKey(partition, begin)); rows->Valid(); rows->Next()) {
      const absl::string_view key = ToView(rows->key()).substr(prefix.size());
      if (static_cast<int>(page.rows.size()) == limit) {
        page.next = std::string(key);
        return page;
      }
      page.rows.push_back({std::string(key), rows->value().ToString()});
    }
    RETURN_IF_ERROR(FromRocks(rows->status()));
    return page;
  }

  absl::Status ScanTable(const std::string& table, const Visitor& visit) const override {
    rocksdb::ReadOptions read;
    read.readahead_size = 2 << 20;
    read.fill_cache = false;
    std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(read, Handle(table)));
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const absl::string_view key = ToView(rows->key());
      const size_t size = static_cast<unsigned char>(key[0]);
      if (!visit(key.substr(1, size), key.substr(1 + size), ToView(rows->value()))) break;
    }
    return FromRocks(rows->status());
  }

  std::vector<absl::Status> CommitAll(absl::Span<const Batch> batches) override {
    std::vector<absl::Status> results(batches.size());
    if (absl::Status ready = ReadyToWrite(); !ready.ok()) {
      for (absl::Status& result : results) result = ready;
      return results;
    }
    // Stripes in ascending order: no two commits can wait for each other.
    std::set<size_t> stripes;
    for (const Batch& batch : batches) stripes.insert(StripeOf(batch.partition()));
    for (const size_t stripe : stripes) stripes_[stripe].Lock();
    rocksdb::WriteBatch writes;
    std::vector<size_t> taken;
    // An earlier batch of the same call may fulfil or break a later one's expectation; such calls
    // are not made, and would be judged by what is on disk.
    for (size_t i = 0; i < batches.size(); ++i) {
      results[i] = CheckLimits(batches[i]);
      if (results[i].ok()) results[i] = CheckExpects(batches[i]);
      if (!results[i].ok()) continue;
      taken.push_back(i);
      for (const Batch::Write& write : batches[i].writes()) {
        const std::string key = DiskKey(batches[i].partition(), write.key);
        if (write.value) {
          writes.Put(Handle(write.table), key, *write.value);
        } else {
          writes.Delete(Handle(write.table), key);
        }
      }
    }
    if (!taken.empty()) {
      rocksdb::WriteOptions options;
      options.sync = true;
      const rocksdb::Status status = db_->Write(options, &writes);
      if (!status.ok()) {
        // After a failed log write or sync nobody knows what is on disk: never acknowledge again.
        listener_->Fail(status.ToString());
        for (const size_t i : taken) results[i] = Broken(status.ToString());
      }
    }
    for (const size_t stripe : stripes) stripes_[stripe].Unlock();
    return results;
  }

  absl::Status Checkpoint(const std::string& dir) override {
    rocksdb::Checkpoint* made = nullptr;
    RETURN_IF_ERROR(FromRocks(rocksdb::Checkpoint::Create(db_.get(), &made)));
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    RETURN_IF_ERROR(FromRocks(checkpoint->CreateCheckpoint(dir)));
    return config::WriteFile(absl::StrCat(dir, "/", kFormatFile), absl::StrCat(kFormat, "\n"));
  }

  absl::Status Verify() override {
    RETURN_IF_ERROR(FromRocks(db_->VerifyChecksum()));
    for (const auto& [name, handle] : handles_) {
      RETURN_IF_ERROR(ScanTable(name, [](absl::string_view, absl::string_view, absl::string_view) {
        return true;
      }));
    }
    return absl::OkStatus();
  }

  absl::Status Health() const override {
    const std::string error = listener_->error();
    return error.empty() ? absl::OkStatus() : Broken(error);
  }

  StoreStats Stats() const override {
    StoreStats stats;
    for (const auto& [name, handle] : handles_) {
      uint64_t bytes = 0;
      uint64_t keys = 0;
      db_->GetIntProperty(handle, rocksdb::DB::Properties::kEstimateLiveDataSize, &bytes);
      db_->GetIntProperty(handle, rocksdb::DB::Properties::kEstimateNumKeys, &keys);
      stats.live_bytes += static_cast<int64_t>(bytes);
      stats.estimated_keys += static_cast<int64_t>(keys);
    }
    stats.disk_free_bytes = DiskSpace().first;
    return stats;
  }

 private:
  rocksdb::ColumnFamilyHandle* Handle(const std::string& table) const {
    const auto found = handles_.find(table);
    FUPIN_CHECK(found != handles_.end());
    return found->second;
  }

  absl::Status CheckFormat() {
    const std::string path = absl::StrCat(options_.dir, "/", kFormatFile);
    const auto text = config::ReadFile(path);
    if (!text.ok()) {
      if (std::filesystem::exists(absl::StrCat(options_.dir, "/CURRENT"))) {
        return ProblemStatus(
            absl::StatusCode::kFailedPrecondition,
            {"STORE_FORMAT_UNKNOWN", "data_dir",
             absl::StrCat(options_.dir, " 不是本系统的存储,请检查数据目录"),
             absl::StrCat(options_.dir, " is not a store of this system; check the data folder")});
      }
      return config::WriteFile(path, absl::StrCat(kFormat, "\n"));
    }
    int format = 0;
    if (!absl::SimpleAtoi(*text, &format) || format < 1) {
      return ProblemStatus(absl::StatusCode::kFailedPrecondition,
                           {"STORE_FORMAT_UNKNOWN", "data_dir",
                            absl::StrCat(path, " 内容无法识别,请恢复备份"),
                            absl::StrCat(path, " cannot be read; restore a backup")});
    }
    if (format > kFormat) {
      return ProblemStatus(
          absl::StatusCode::kFailedPrecondition,
          {"STORE_FORMAT_NEWER", "data_dir",
           absl::StrCat("存储由更新的版本写入(格式 ", format, ",本版本支持 ", kFormat,
                        "),请升级程序或恢复旧备份"),
           absl::StrCat("the store was written by a newer release (format ", format,
                        ", this one knows ", kFormat, "); upgrade or restore an older backup")});
    }
    return absl::OkStatus();
  }

  absl::Status CheckExpects(const Batch& batch) const {
    for (const Batch::Expect& expect : batch.expects()) {
      ASSIGN_OR_RETURN(const auto value, Get(expect.table, batch.partition(), expect.key));
      if (value != expect.value) {
        return absl::AbortedError(
            absl::StrCat("an expectation on table ", expect.table, " does not hold"));
      }
    }
    return absl::OkStatus();
  }

  static size_t StripeOf(const std::string& partition) {
    return absl::Hash<std::string>()(partition) % kStripes;
  }

  std::pair<int64_t, int64_t> DiskSpace() const {
    if (options_.disk_space) return options_.disk_space();
    struct statvfs space;
    if (statvfs(options_.dir.c_str(), &space) != 0) return {INT64_MAX, INT64_MAX};
    return {static_cast<int64_t>(space.f_bavail) * static_cast<int64_t>(space.f_frsize),
            static_cast<int64_t>(space.f_blocks) * static_cast<int64_t>(space.f_frsize)};
  }

  absl::Status ReadyToWrite() {
    RETURN_IF_ERROR(Health());
    const int64_t now = absl::GetCurrentTimeNanos();
    int64_t looked = disk_looked_.load();
    const int64_t interval = options_.disk_space ? 0 : absl::ToInt64Nanoseconds(kDiskLook);
    if (now - looked >= interval && disk_looked_.compare_exchange_strong(looked, now)) {
      const auto [free, total] = DiskSpace();
      const int64_t reserve = std::min(total / 1000 * options_.disk_reserve_permille,
                                       options_.disk_reserve_max_bytes);
      disk_full_.store(free < reserve);
    }
    if (!disk_full_.load()) return absl::OkStatus();
    return ProblemStatus(
        absl::StatusCode::kResourceExhausted,
        {"STORE_DISK_RESERVE", "", "磁盘剩余空间已到保留线,暂停写入;请清理磁盘或扩容,恢复后自动继续",
         "the disk is down to its reserve and writes pause; free or add space, writing goes on by "
         "itself"});
  }

  static constexpr size_t kStripes = 256;
  const RocksOptions options_;
  std::shared_ptr<Listener> listener_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::unique_ptr<rocksdb::DB> db_;
  std::map<std::string, rocksdb::ColumnFamilyHandle*> handles_;
  std::array<absl::Mutex, kStripes> stripes_;
  std::atomic<int64_t> disk_looked_{0};
  std::atomic<bool> disk_full_{false};
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const RocksOptions& options) {
  auto store = std::make_unique<RocksStore>(options);
  RETURN_IF_ERROR(store->Open());
  return store;
}

absl::Status RestoreRocksStore(const std::string& checkpoint, const std::string& dir) {
  if (std::filesystem::exists(dir)) {
    return ProblemStatus(absl::StatusCode::kFailedPrecondition,
                         {"RESTORE_TARGET_EXISTS", dir, absl::StrCat(dir, " 已存在,请先移走"),
                          absl::StrCat(dir, " exists; move it away first")});
  }
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(dir).parent_path(), error);
  std::filesystem::copy(checkpoint, dir, std::filesystem::copy_options::recursive, error);
  if (error) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument,
                         {"RESTORE_COPY", checkpoint, absl::StrCat("复制失败: ", error.message()),
                          absl::StrCat("copying failed: ", error.message())});
  }
  RocksOptions options;
  options.dir = dir;
  {
    ASSIGN_OR_RETURN(auto store, OpenRocksStore(options));
    RETURN_IF_ERROR(store->Verify());
  }
  return config::WriteFile(absl::StrCat(dir, "/", kRestoredFile), "restored\n");
}

bool TakeRestoredMark(const std::string& dir) {
  std::error_code error;
  return std::filesystem::remove(absl::StrCat(dir, "/", kRestoredFile), error);
}

}  // namespace fupin::kv
