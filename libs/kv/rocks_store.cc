#include "libs/kv/rocks_store.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/kv/disk_key.h"
#include "libs/kv/log_check.h"
#include "libs/kv/store_file.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

// Raised when keys or files on disk change their layout.
constexpr int kLayout = 1;
constexpr uint64_t kMaxLogBytes = 128 << 20;
// How old and how many bytes behind the last look at the free disk may be.
constexpr absl::Duration kDiskLook = absl::Milliseconds(200);
constexpr int64_t kDiskLookBytes = 1 << 20;
// Commits that wait for one sync together; the rest waits for the next.
constexpr size_t kMaxGroupBytes = 4 << 20;

absl::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

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

absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  // A file that is gone is as lost as a damaged one.
  if (status.IsCorruption() || status.IsPathNotFound()) return StoreCorrupt(status.ToString());
  return StoreIo(status.ToString());
}

// Hears from the engine's own threads when the disk fails them.
class DiskWatch : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) override {
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

  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override {
    if (info.new_bg_error.ok()) full_ = false;
  }

  // The first error stays.
  void Fail(const std::string& error) {
    absl::MutexLock lock(&mutex_);
    if (error_.empty()) error_ = error;
  }
  std::string error() const {
    absl::MutexLock lock(&mutex_);
    return error_;
  }
  bool full() const { return full_; }

 private:
  mutable absl::Mutex mutex_;
  std::string error_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> full_{false};
};

rocksdb::Options DatabaseOptions(const RocksOptions& options,
                                 const std::shared_ptr<DiskWatch>& watch) {
  rocksdb::Options db;
  db.create_missing_column_families = true;
  db.paranoid_checks = true;
  // The default mode silently drops acknowledged rows after a flipped bit in the middle of the log;
  // this one opens after a torn tail and refuses nearly everything else; CheckLog does the rest.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;
  db.verify_sst_unique_id_in_manifest = true;
  db.max_background_jobs = 2;
  db.max_total_wal_size = kMaxLogBytes;
  db.keep_log_file_num = 3;
  db.max_open_files = 512;
  db.listeners.push_back(watch);
  db.db_write_buffer_size = static_cast<size_t>(options.memory_bytes / 2);
  if (options.env != nullptr) db.env = options.env;
  return db;
}

rocksdb::ColumnFamilyOptions FamilyOptions(const std::shared_ptr<rocksdb::Cache>& cache,
                                           bool scanned) {
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
  family.bottommost_compression = scanned ? rocksdb::kLZ4Compression : rocksdb::kZSTD;
  family.level_compaction_dynamic_level_bytes = true;
  return family;
}

// A whole file, mapped: a log may be larger than what a small service should allocate.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd >= 0 && fstat(fd, &info) == 0) {
      size_ = static_cast<size_t>(info.st_size);
      if (size_ > 0) data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      ok_ = data_ != MAP_FAILED;
    }
    if (fd >= 0) close(fd);
  }
  ~MappedFile() {
    if (ok_ && size_ > 0) munmap(data_, size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  bool ok() const { return ok_; }
  absl::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
  bool ok_ = false;
};

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
  explicit RocksStore(RocksOptions options) : options_(std::move(options)) {}

  ~RocksStore() override {
    if (db_ != nullptr) {
      for (auto& [name, handle] : handles_) db_->DestroyColumnFamilyHandle(handle);
      db_->Close();
      db_.reset();
    }
    if (owner_ != nullptr) Env()->UnlockFile(owner_);
  }

  // `restoring`: the folder is one that RestoreRocksStore has just filled.
  absl::Status Open(bool restoring) {
    std::error_code error;
    std::filesystem::create_directories(options_.dir, error);
    if (error) return StoreIo(absl::StrCat(options_.dir, ": ", error.message()));
    RETURN_IF_ERROR(Own());
    RETURN_IF_ERROR(CheckFolder(restoring));
    if (!making_) RETURN_IF_ERROR(CheckLogs());
    RETURN_IF_ERROR(OpenDatabase());
    if (making_ || raised_) {
      file_.state = StoreFile::State::kReady;
      return WriteStoreFile(options_.dir, file_);
    }
    return absl::OkStatus();
  }

  absl::Status ScanTable(const std::string& table, const TableRange& range,
                         const Snapshot* snapshot, const Visitor& visit) const override {
    rocksdb::ReadOptions read;
    read.readahead_size = 2 << 20;
    read.fill_cache = false;
    if (snapshot != nullptr) read.snapshot = static_cast<const RocksSnapshot*>(snapshot)->get();
    const rocksdb::Slice end(range.end);
    if (!range.end.empty()) read.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(read, Handle(table)));
    for (rows->Seek(range.begin); rows->Valid(); rows->Next()) {
      DiskKeyParts parts;
      if (!SplitDiskKey(ToView(rows->key()), &parts)) {
        return StoreCorrupt(absl::StrCat(options_.dir, " table ", table, ": unknown form of key"));
      }
      if (!visit(parts.partition, parts.key, ToView(rows->value()))) break;
    }
    return FromRocks(rows->status());
  }

  absl::StatusOr<std::vector<TableRange>> Split(const std::string& table,
                                                int parts) const override {
    rocksdb::ColumnFamilyHandle* handle = Handle(table);
    // Where each partition begins; one seek per partition.
    std::vector<std::string> starts;
    const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions(), handle));
    for (rows->SeekToFirst(); rows->Valid();) {
      DiskKeyParts key;
      if (!SplitDiskKey(ToView(rows->key()), &key)) {
        return StoreCorrupt(absl::StrCat(options_.dir, " table ", table, ": unknown form of key"));
      }
      starts.push_back(DiskKey(key.partition, ""));
      const std::string next = PrefixEnd(starts.back());
      if (next.empty()) break;
      rows->Seek(next);
    }
    RETURN_IF_ERROR(FromRocks(rows->status()));
    if (parts <= 1 || starts.size() <= 1) return std::vector<TableRange>(1);
    std::vector<std::string> ends(starts.size());
    std::vector<rocksdb::Range> ranges;
    for (size_t i = 0; i < starts.size(); ++i) {
      ends[i] = PrefixEnd(starts[i]);
      ranges.emplace_back(starts[i], ends[i]);
    }
    std::vector<uint64_t> sizes(starts.size());
    rocksdb::SizeApproximationOptions approximation;
    approximation.include_memtables = true;
    RETURN_IF_ERROR(FromRocks(db_->GetApproximateSizes(
        approximation, handle, ranges.data(), static_cast<int>(ranges.size()), sizes.data())));
    uint64_t total = 0;
    // A small partition may be estimated at nothing.
    for (uint64_t& size : sizes) total += size = std::max<uint64_t>(size, 1);
    std::vector<TableRange> out(1);
    uint64_t before = 0;
    for (size_t i = 0; i < starts.size(); ++i) {
      const uint64_t due = total / static_cast<uint64_t>(parts) * out.size();
      if (i > 0 && before >= due && static_cast<int>(out.size()) < parts) {
        out.back().end = starts[i];
        out.push_back({starts[i], ""});
      }
      before += sizes[i];
    }
    return out;
  }

  std::unique_ptr<const Snapshot> TakeSnapshot() const override {
    return std::make_unique<RocksSnapshot>(db_.get());
  }

  absl::Status Checkpoint(const std::string& dir) override {
    rocksdb::Checkpoint* made = nullptr;
    RETURN_IF_ERROR(FromRocks(rocksdb::Checkpoint::Create(db_.get(), &made)));
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    RETURN_IF_ERROR(FromRocks(checkpoint->CreateCheckpoint(dir)));
    // Whoever opens the copy, by whatever way it gets there, sees another life of the data.
    StoreFile copy = file_;
    copy.incarnation = NewIncarnation();
    return WriteStoreFile(dir, copy);
  }

  absl::Status Verify() override {
    RETURN_IF_ERROR(FromRocks(db_->VerifyChecksum()));
    for (const auto& [name, handle] : handles_) {
      if (name == rocksdb::kDefaultColumnFamilyName) continue;
      RETURN_IF_ERROR(
          ScanTable(name, TableRange(), nullptr,
                    [](absl::string_view, absl::string_view, absl::string_view) { return true; }));
    }
    return absl::OkStatus();
  }

  absl::Status Health() const override {
    const std::string error = watch_->error();
    return error.empty() ? absl::OkStatus() : Broken(error);
  }

  StoreStats Stats() const override {
    using Properties = rocksdb::DB::Properties;
    const auto sum = [this](const std::string& property) {
      uint64_t value = 0;
      db_->GetAggregatedIntProperty(property, &value);
      return static_cast<int64_t>(value);
    };
    StoreStats stats;
    stats.live_bytes = sum(Properties::kEstimateLiveDataSize);
    stats.estimated_keys = sum(Properties::kEstimateNumKeys);
    stats.memory_bytes = sum(Properties::kCurSizeAllMemTables);
    stats.pending_compaction_bytes = sum(Properties::kEstimatePendingCompactionBytes);
    stats.writes_stalled = sum(Properties::kIsWriteStopped) > 0;
    stats.at_disk_reserve = disk_low_ || watch_->full();
    const auto [free, total] = DiskSpace();
    stats.disk_free_bytes = free;
    stats.disk_reserve_bytes = ReserveBytes(total);
    stats.commits = commits_;
    stats.syncs = syncs_;
    stats.open_note = open_note_;
    return stats;
  }

  const std::string& incarnation() const override { return file_.incarnation; }

 private:
  // One caller of DoCommit, waiting for its turn or for the one whose turn it is.
  struct Waiting {
    absl::Span<const Batch* const> batches;
    size_t bytes = 0;
    std::vector<absl::Status> results;
    bool done = false;
    absl::CondVar turn;
  };

  // Writes that are going to be made in this group, so that later expectations see them.
  using Pending = std::unordered_map<std::string, const Batch::Write*>;

  rocksdb::Env* Env() const {
    return options_.env != nullptr ? options_.env : rocksdb::Env::Default();
  }

  rocksdb::ColumnFamilyHandle* Handle(const std::string& table) const {
    const auto found = handles_.find(table);
    FUPIN_CHECK(found != handles_.end());
    return found->second;
  }

  absl::Status Own() {
    const rocksdb::Status status = Env()->LockFile(options_.dir + "/OWNER", &owner_);
    if (status.ok()) return absl::OkStatus();
    owner_ = nullptr;
    if (errno == EACCES && access(options_.dir.c_str(), W_OK) != 0) {
      return StoreIo(status.ToString());
    }
    return ProblemStatus(absl::StatusCode::kFailedPrecondition,
                         {"STORE_IN_USE", "data_dir",
                          absl::StrCat("存储正被另一个进程使用: ", options_.dir, ",请先停止该进程"),
                          absl::StrCat("the store is in use by another process: ", options_.dir,
                                       "; stop that one first")});
  }

  // What the folder is, and whether this release may open it. Sets file_, making_ and raised_.
  absl::Status CheckFolder(bool restoring) {
    const auto read = ReadStoreFile(options_.dir);
    bool foreign = false;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(options_.dir, error)) {
      const std::string name = entry.path().filename().string();
      foreign = foreign || (name != "OWNER" && name != "FUPIN_STORE.new" && name != "lost+found");
    }
    if (absl::IsNotFound(read.status())) {
      if (foreign) {
        return ProblemStatus(
            absl::StatusCode::kFailedPrecondition,
            {"STORE_FORMAT_UNKNOWN", "data_dir",
             absl::StrCat(options_.dir,
                          " 不是空目录,也没有 FUPIN_STORE 文件:不是本系统的存储,或已损坏;"
                          "请核对数据目录或恢复备份"),
             absl::StrCat(options_.dir,
                          " is not empty and has no FUPIN_STORE file: not a store of this system, "
                          "or a damaged one; check the data folder or restore a backup")});
      }
      file_ = {kLayout, std::max(1, options_.schema), StoreFile::State::kMaking, NewIncarnation()};
      making_ = true;
      return WriteStoreFile(options_.dir, file_);
    }
    RETURN_IF_ERROR(read.status());
    file_ = *read;
    const bool any_schema = restoring || options_.schema == 0;
    if (file_.layout > kLayout || (file_.schema > options_.schema && !any_schema)) {
      return ProblemStatus(
          absl::StatusCode::kFailedPrecondition,
          {"STORE_FORMAT_NEWER", "data_dir",
           absl::StrCat("存储由更新的版本写入(布局 ", file_.layout, ",数据 ", file_.schema,
                        ";本版本支持至布局 ", kLayout, ",数据 ", options_.schema,
                        "),请升级程序或恢复旧备份"),
           absl::StrCat("the store was written by a newer release (layout ", file_.layout,
                        ", schema ", file_.schema, "; this one knows up to layout ", kLayout,
                        ", schema ", options_.schema,
                        "); upgrade the program or restore an older backup")});
    }
    if (file_.state == StoreFile::State::kRestoring && !restoring) {
      return StoreCorrupt(
          absl::StrCat(options_.dir, "/FUPIN_STORE: a restore into this folder was not finished"));
    }
    if (file_.state == StoreFile::State::kMaking) {
      // Nothing was acknowledged before the folder became ready.
      file_.schema = std::max(file_.schema, options_.schema);
      for (const auto& entry : std::filesystem::directory_iterator(options_.dir, error)) {
        const std::string name = entry.path().filename().string();
        if (name != "OWNER" && name != "FUPIN_STORE" && name != "lost+found") {
          std::filesystem::remove_all(entry.path(), error);
        }
      }
      making_ = true;
      return absl::OkStatus();
    }
    if (file_.schema < options_.oldest_schema && !any_schema) {
      return ProblemStatus(
          absl::StatusCode::kFailedPrecondition,
          {"STORE_FORMAT_OLDER", "data_dir",
           absl::StrCat("存储由旧版本写入(数据 ", file_.schema, ";本版本从数据 ",
                        options_.oldest_schema,
                        " 起可读):请用写入它的版本,或换空的数据目录后重新推送与提交"),
           absl::StrCat("the store was written by an older release (schema ", file_.schema,
                        "; this one reads from schema ", options_.oldest_schema,
                        " on): run the release that wrote it, or begin with an empty data folder "
                        "and push and submit again")});
    }
    if (file_.schema < options_.schema && !restoring) {
      file_.schema = options_.schema;
      raised_ = true;
    }
    return absl::OkStatus();
  }

  absl::Status CheckLogs() {
    std::vector<std::string> paths;
    // The engine would take a folder without CURRENT for a new one and delete the rest.
    const MappedFile current(options_.dir + "/CURRENT");
    const absl::string_view manifest = absl::StripSuffix(current.bytes(), "\n");
    const std::string manifest_path = absl::StrCat(options_.dir, "/", manifest);
    if (!absl::StartsWith(manifest, "MANIFEST-") || !std::filesystem::exists(manifest_path)) {
      return StoreCorrupt(
          absl::StrCat(options_.dir, "/CURRENT: does not name a manifest that is there"));
    }
    paths.push_back(manifest_path);
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(options_.dir, error)) {
      if (entry.path().extension() == ".log") paths.push_back(entry.path().string());
    }
    std::sort(paths.begin() + 1, paths.end());
    for (const std::string& path : paths) {
      const MappedFile file(path);
      if (!file.ok()) return StoreIo(absl::StrCat(path, ": ", std::strerror(errno)));
      ASSIGN_OR_RETURN(const int64_t torn, CheckLog(path, file.bytes()));
      if (torn == 0) continue;
      absl::StrAppend(&open_note_, open_note_.empty() ? "" : "; ", path, ": ", torn,
                      " bytes of a write that was never acknowledged at offset ",
                      file.bytes().size() - torn, " left out");
    }
    return absl::OkStatus();
  }

  absl::Status OpenDatabase() {
    watch_ = std::make_shared<DiskWatch>();
    cache_ = rocksdb::NewLRUCache(static_cast<size_t>(options_.memory_bytes / 2));
    rocksdb::Options db_options = DatabaseOptions(options_, watch_);
    db_options.create_if_missing = making_;
    const std::set<std::string> scanned(options_.scanned_tables.begin(),
                                        options_.scanned_tables.end());
    std::set<std::string> names(options_.tables.begin(), options_.tables.end());
    if (!making_) {
      std::vector<std::string> existing;
      RETURN_IF_ERROR(
          FromRocks(rocksdb::DB::ListColumnFamilies(db_options, options_.dir, &existing)));
      names.insert(existing.begin(), existing.end());
    }
    names.insert(scanned.begin(), scanned.end());
    names.insert(rocksdb::kDefaultColumnFamilyName);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.reserve(names.size());
    for (const std::string& name : names) {
      families.emplace_back(name, FamilyOptions(cache_, scanned.count(name) > 0));
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status =
        rocksdb::DB::Open(db_options, options_.dir, families, &handles, &db);
    if (!status.ok()) {
      // The engine reports a file cut short or of the wrong kind in several ways.
      if (status.IsInvalidArgument() || status.IsNotSupported() || status.IsNotFound()) {
        return StoreCorrupt(absl::StrCat(options_.dir, ": ", status.ToString()));
      }
      return FromRocks(status);
    }
    db_.reset(db);
    for (size_t i = 0; i < families.size(); ++i) handles_[families[i].name] = handles[i];
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<std::string>> DoGet(const std::string& table,
                                                   absl::string_view partition,
                                                   absl::string_view key) const override {
    return GetDiskKey(table, DiskKey(partition, key));
  }

  absl::StatusOr<std::optional<std::string>> GetDiskKey(const std::string& table,
                                                        const std::string& key) const {
    std::string value;
    const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), Handle(table), key, &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    RETURN_IF_ERROR(FromRocks(status));
    return std::optional<std::string>(std::move(value));
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> DoMultiGet(
      const std::string& table, absl::string_view partition,
      absl::Span<const std::string> keys) const override {
    std::vector<std::string> disk_keys;
    disk_keys.reserve(keys.size());
    for (const std::string& key : keys) disk_keys.push_back(DiskKey(partition, key));
    const std::vector<rocksdb::Slice> slices(disk_keys.begin(), disk_keys.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db_->MultiGet(rocksdb::ReadOptions(), Handle(table), slices.size(), slices.data(),
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
    const std::string lower = DiskKey(partition, begin);
    const size_t prefix = 1 + partition.size();
    const std::string upper = end.empty() ? PrefixEnd(absl::string_view(lower).substr(0, prefix))
                                          : DiskKey(partition, end);
    Page page;
    if (!upper.empty() && upper <= lower) return page;
    const rocksdb::Slice lower_bound(lower);
    const rocksdb::Slice upper_bound(upper);
    rocksdb::ReadOptions read;
    if (!upper.empty()) read.iterate_upper_bound = &upper_bound;
    if (back) read.iterate_lower_bound = &lower_bound;
    const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(read, Handle(table)));
    if (back) {
      rows->SeekToLast();
    } else {
      rows->Seek(lower);
    }
    while (rows->Valid()) {
      const absl::string_view key = ToView(rows->key()).substr(prefix);
      if (static_cast<int>(page.rows.size()) == limit) {
        // Backwards the next page ends before the last row of this one.
        page.next = back ? page.rows.back().key : std::string(key);
        return page;
      }
      page.rows.push_back({std::string(key), rows->value().ToString()});
      if (back) {
        rows->Prev();
      } else {
        rows->Next();
      }
    }
    RETURN_IF_ERROR(FromRocks(rows->status()));
    return page;
  }

  // Callers queue up; the first writes for those behind it with one sync, then wakes them.
  std::vector<absl::Status> DoCommit(absl::Span<const Batch* const> batches) override {
    Waiting mine;
    mine.batches = batches;
    for (const Batch* batch : batches) mine.bytes += batch->bytes();
    std::vector<Waiting*> group;
    {
      absl::MutexLock lock(&queue_mutex_);
      queue_.push_back(&mine);
      while (!mine.done && queue_.front() != &mine) mine.turn.Wait(&queue_mutex_);
      if (mine.done) return std::move(mine.results);
      size_t bytes = 0;
      for (Waiting* waiting : queue_) {
        if (!group.empty() && bytes + waiting->bytes > kMaxGroupBytes) break;
        bytes += waiting->bytes;
        group.push_back(waiting);
      }
    }
    WriteGroup(group);
    absl::MutexLock lock(&queue_mutex_);
    for (Waiting* waiting : group) {
      queue_.pop_front();
      waiting->done = true;
      if (waiting != &mine) waiting->turn.Signal();
    }
    if (!queue_.empty()) queue_.front()->turn.Signal();
    return std::move(mine.results);
  }

  // Only by the one at the front of the queue.
  void WriteGroup(const std::vector<Waiting*>& group) {
    size_t bytes = 0;
    bool expects = false;
    for (Waiting* waiting : group) {
      bytes += waiting->bytes;
      for (const Batch* batch : waiting->batches) expects = expects || !batch->expects().empty();
    }
    const absl::Status ready = ReadyToWrite(static_cast<int64_t>(bytes));
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
            writes.Put(Handle(write.table), key, *write.value);
          } else {
            writes.Delete(Handle(write.table), key);
          }
          if (expects) pending[PendingKey(write.table, key)] = &write;
        }
      }
    }
    if (writes.Count() > 0) {
      rocksdb::WriteOptions options;
      options.sync = true;
      const rocksdb::Status status = db_->Write(options, &writes);
      if (!status.ok()) {
        absl::Status refused = DiskReserve();
        if (!(status.IsNoSpace() && watch_->full() && watch_->error().empty())) {
          // After a failed log write or sync nobody knows what is on disk: never acknowledge again.
          watch_->Fail(status.ToString());
          refused = Broken(status.ToString());
        }
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

  static std::string PendingKey(const std::string& table, const std::string& disk_key) {
    return absl::StrCat(table, absl::string_view("\0", 1), disk_key);
  }

  absl::Status CheckExpects(const Batch& batch, const Pending& pending) const {
    for (const Batch::Expect& expect : batch.expects()) {
      const std::string key = DiskKey(batch.partition(), expect.key);
      const auto found = pending.find(PendingKey(expect.table, key));
      std::optional<std::string> value;
      if (found != pending.end()) {
        value = found->second->value;
      } else {
        ASSIGN_OR_RETURN(value, GetDiskKey(expect.table, key));
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

  std::pair<int64_t, int64_t> DiskSpace() const {
    if (options_.disk_space) return options_.disk_space();
    struct statvfs space;
    if (statvfs(options_.dir.c_str(), &space) != 0) return {INT64_MAX, INT64_MAX};
    return {static_cast<int64_t>(space.f_bavail) * static_cast<int64_t>(space.f_frsize),
            static_cast<int64_t>(space.f_blocks) * static_cast<int64_t>(space.f_frsize)};
  }

  // What is in memory becomes files before its log can go.
  int64_t ReserveBytes(int64_t total) const {
    uint64_t memory = 0;
    db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
    return std::min(total / 1000 * options_.disk_reserve_permille,
                    options_.disk_reserve_max_bytes) +
           static_cast<int64_t>(memory);
  }

  // Only by the one at the front of the queue.
  absl::Status ReadyToWrite(int64_t bytes) {
    RETURN_IF_ERROR(Health());
    const int64_t now = absl::GetCurrentTimeNanos();
    bytes_since_look_ += bytes;
    // A wall clock may step back; then look.
    const bool due = now - disk_looked_ >= absl::ToInt64Nanoseconds(kDiskLook) ||
                     now < disk_looked_ || bytes_since_look_ >= kDiskLookBytes ||
                     options_.disk_space != nullptr;
    if (due) {
      disk_looked_ = now;
      bytes_since_look_ = 0;
      const auto [free, total] = DiskSpace();
      disk_low_ = free < ReserveBytes(total);
    }
    return disk_low_ || watch_->full() ? DiskReserve() : absl::OkStatus();
  }

  const RocksOptions options_;
  rocksdb::FileLock* owner_ = nullptr;
  StoreFile file_;
  bool making_ = false;
  bool raised_ = false;
  std::string open_note_;
  std::shared_ptr<DiskWatch> watch_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::unique_ptr<rocksdb::DB> db_;
  std::map<std::string, rocksdb::ColumnFamilyHandle*> handles_;

  absl::Mutex queue_mutex_;
  std::deque<Waiting*> queue_ ABSL_GUARDED_BY(queue_mutex_);
  int64_t disk_looked_ = 0;
  int64_t bytes_since_look_ = 0;
  std::atomic<bool> disk_low_{false};
  std::atomic<int64_t> commits_{0};
  std::atomic<int64_t> syncs_{0};
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
