// The RocksDB database of a store, open, with its tables as column families. Private to libs/kv.
#ifndef FUPIN_LIBS_KV_ROCKS_DB_H_
#define FUPIN_LIBS_KV_ROCKS_DB_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <rocksdb/db.h>
#include <rocksdb/listener.h>
#include <rocksdb/status.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/kv/rocks_store.h"

namespace fupin::kv {

// DATA_LOSS / STORE_CORRUPT or UNAVAILABLE / STORE_IO.
absl::Status FromRocks(const rocksdb::Status& status);

// To be called before the engine is: it counts every comparison of keys for the calling thread
// unless told not to, a tenth of what an update of the map costs, and nobody reads that.
void CountNothing();

// Closed when it is destroyed. Safe for concurrent use.
class RocksDb {
 public:
  // `make`: there is none yet. With every table it is asked for, and every one it has.
  static absl::StatusOr<std::unique_ptr<RocksDb>> Open(
      const RocksOptions& options, bool make, std::shared_ptr<rocksdb::EventListener> listener);
  ~RocksDb();
  RocksDb(const RocksDb&) = delete;
  RocksDb& operator=(const RocksDb&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(const std::string& table,
                                                 const std::string& disk_key) const;

  rocksdb::DB& db() const { return *db_; }
  const std::string& dir() const { return dir_; }
  // Naming a table that is not there is a mistake in the program.
  rocksdb::ColumnFamilyHandle* Handle(const std::string& table) const;
  const std::map<std::string, rocksdb::ColumnFamilyHandle*>& handles() const { return handles_; }

 private:
  RocksDb(std::string dir, std::unique_ptr<rocksdb::DB> db,
          std::map<std::string, rocksdb::ColumnFamilyHandle*> handles);

  const std::string dir_;
  const std::unique_ptr<rocksdb::DB> db_;
  const std::map<std::string, rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_ROCKS_DB_H_
