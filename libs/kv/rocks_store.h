// The embedded engine: one RocksDB per service.
#ifndef FUPIN_LIBS_KV_ROCKS_STORE_H_
#define FUPIN_LIBS_KV_ROCKS_STORE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/kv/store.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace fupin::kv {

struct RocksOptions {
  std::string dir;
  std::vector<std::string> tables;
  // Share of the disk kept free, per mille; writes are refused below it.
  int disk_reserve_permille = 50;
  // Most bytes the reserve ever asks for.
  int64_t disk_reserve_max_bytes = int64_t{1} << 30;
  // Block cache and write buffers, bytes.
  int64_t memory_bytes = int64_t{256} << 20;
  // Free and total bytes of the disk; replaced in tests. Empty: statvfs(dir).
  std::function<std::pair<int64_t, int64_t>()> disk_space;
  // Replaced in tests that break the disk. Null: the machine's.
  rocksdb::Env* env = nullptr;
};

// FAILED_PRECONDITION / STORE_IN_USE: another process owns it. DATA_LOSS / STORE_CORRUPT: restore or
// repair. FAILED_PRECONDITION / STORE_FORMAT_NEWER, STORE_FORMAT_UNKNOWN: written by another release.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const RocksOptions& options);

// Makes the data folder `dir` (must not exist) from a checkpoint. DATA_LOSS when it is damaged.
absl::Status RestoreRocksStore(const std::string& checkpoint, const std::string& dir);

// True once after a restore: whoever keeps an epoch must change it.
bool TakeRestoredMark(const std::string& dir);

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_ROCKS_STORE_H_
