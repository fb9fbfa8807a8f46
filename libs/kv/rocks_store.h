// The embedded engine: one RocksDB per service. Bytes on disk: FORMAT.md.
#ifndef FUPIN_LIBS_KV_ROCKS_STORE_H_
#define FUPIN_LIBS_KV_ROCKS_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/kv/store.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace fupin::kv {

struct RocksOptions {
  std::string dir;
  // Tables found in the store beyond these (of a newer release with the same schema) are kept.
  std::vector<std::string> tables;
  // Tables read whole again and again (column blocks): lz4 on every level, so that a scan keeps up
  // with the disk. Others get zstd for cold data.
  std::vector<std::string> scanned_tables;
  // Version of what the service writes into values; a store of a higher one is refused, one of a
  // lower one is raised. 0: any, and it stays what it is; for programs that copy values and read
  // none.
  int schema = 1;
  // A store of a lower schema is refused: this release cannot read its values.
  int oldest_schema = 1;
  // Share of the disk kept free, per mille; writes are refused below it. What is still in memory
  // needs room too and is added.
  int disk_reserve_permille = 50;
  // Most bytes that share ever asks for.
  int64_t disk_reserve_max_bytes = int64_t{1} << 30;
  // Block cache and write buffers, bytes.
  int64_t memory_bytes = int64_t{256} << 20;
  // Free and total bytes of the disk; replaced in tests. Empty: statvfs(dir).
  std::function<std::pair<int64_t, int64_t>()> disk_space;
  // Replaced in tests that break the disk. Null: the machine's.
  rocksdb::Env* env = nullptr;
};

// Opens the store in `dir`, or makes a new one where there is none. Reads the logs whole first (at
// most 128 MiB): time to open grows with what was not yet sorted into files.
// FAILED_PRECONDITION / STORE_IN_USE: another owner has it open.
// DATA_LOSS / STORE_CORRUPT: restore or repair.
// FAILED_PRECONDITION / STORE_FORMAT_NEWER, STORE_FORMAT_OLDER, STORE_FORMAT_UNKNOWN: written by
// another release, or not by this system at all.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const RocksOptions& options);

// Makes the data folder `dir` (must not exist) from a checkpoint, reads and checks every byte, and
// gives it a new incarnation. DATA_LOSS / STORE_CORRUPT names the damaged file of the copy; `dir`
// stays for inspection and is refused by OpenRocksStore.
absl::Status RestoreRocksStore(const std::string& checkpoint, const std::string& dir);

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_ROCKS_STORE_H_
