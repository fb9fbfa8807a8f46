#include "libs/kv/rocks_db.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "absl/strings/str_cat.h"
#include "libs/kv/log_check.h"
#include "libs/kv/store_file.h"
#include "libs/status/macros.h"

namespace fupin::kv {
namespace {

constexpr uint64_t kMaxLogBytes = 128 << 20;

rocksdb::Options DatabaseOptions(const RocksOptions& options,
                                 std::shared_ptr<rocksdb::EventListener> listener) {
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
  db.listeners.push_back(std::move(listener));
  db.db_write_buffer_size = static_cast<size_t>(options.memory_bytes / 2);
  if (options.env != nullptr) db.env = options.env;
  return db;
}

// The partition of a disk key.
class PartitionPrefix : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "fupin.partition"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    const size_t partition = static_cast<unsigned char>(key.data()[0]);
    return {key.data(), std::min(key.size(), 1 + partition)};
  }
  bool InDomain(const rocksdb::Slice& key) const override { return !key.empty(); }
};

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
  // Where a row goes is looked for beside the last one of its partition: batches whose keys ascend
  // cost less than half (measured at the map).
  family.memtable_insert_with_hint_prefix_extractor = std::make_shared<PartitionPrefix>();
  // zstd costs a quarter of the ingest's CPU when used everywhere; only cold data gets it.
  family.compression = rocksdb::kLZ4Compression;
  family.bottommost_compression = scanned ? rocksdb::kLZ4Compression : rocksdb::kZSTD;
  family.level_compaction_dynamic_level_bytes = true;
  return family;
}

}  // namespace

absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  // A file that is gone is as lost as a damaged one.
  if (status.IsCorruption() || status.IsPathNotFound()) return StoreCorrupt(status.ToString());
  return StoreIo(status.ToString());
}

void CountNothing() { rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable); }

absl::StatusOr<std::unique_ptr<RocksDb>> RocksDb::Open(
    const RocksOptions& options, bool make, std::shared_ptr<rocksdb::EventListener> listener) {
  const std::shared_ptr<rocksdb::Cache> cache =
      rocksdb::NewLRUCache(static_cast<size_t>(options.memory_bytes / 2));
  rocksdb::Options db_options = DatabaseOptions(options, std::move(listener));
  db_options.create_if_missing = make;
  const std::set<std::string> scanned(options.scanned_tables.begin(), options.scanned_tables.end());
  std::set<std::string> names(options.tables.begin(), options.tables.end());
  if (!make) {
    std::vector<std::string> existing;
    RETURN_IF_ERROR(FromRocks(rocksdb::DB::ListColumnFamilies(db_options, options.dir, &existing)));
    names.insert(existing.begin(), existing.end());
  }
  names.insert(scanned.begin(), scanned.end());
  names.insert(rocksdb::kDefaultColumnFamilyName);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.reserve(names.size());
  for (const std::string& name : names) {
    families.emplace_back(name, FamilyOptions(cache, scanned.count(name) > 0));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(db_options, options.dir, families, &opened, &db);
  if (!status.ok()) {
    // The engine reports a file cut short or of the wrong kind in several ways.
    if (status.IsInvalidArgument() || status.IsNotSupported() || status.IsNotFound()) {
      return StoreCorrupt(absl::StrCat(options.dir, ": ", status.ToString()));
    }
    return FromRocks(status);
  }
  std::map<std::string, rocksdb::ColumnFamilyHandle*> handles;
  for (size_t i = 0; i < families.size(); ++i) handles[families[i].name] = opened[i];
  return std::unique_ptr<RocksDb>(
      new RocksDb(options.dir, std::unique_ptr<rocksdb::DB>(db), std::move(handles)));
}

RocksDb::RocksDb(std::string dir, std::unique_ptr<rocksdb::DB> db,
                 std::map<std::string, rocksdb::ColumnFamilyHandle*> handles)
    : dir_(std::move(dir)), db_(std::move(db)), handles_(std::move(handles)) {}

RocksDb::~RocksDb() {
  for (const auto& [name, handle] : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close();
}

absl::StatusOr<std::optional<std::string>> RocksDb::Get(const std::string& table,
                                                        const std::string& disk_key) const {
  CountNothing();
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), Handle(table), disk_key, &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  RETURN_IF_ERROR(FromRocks(status));
  return std::optional<std::string>(std::move(value));
}

rocksdb::ColumnFamilyHandle* RocksDb::Handle(const std::string& table) const {
  const auto found = handles_.find(table);
  FUPIN_CHECK(found != handles_.end());
  return found->second;
}

}  // namespace fupin::kv
