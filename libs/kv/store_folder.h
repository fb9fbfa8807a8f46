// The folder a store lives in: whose it is, what it is, and whether its logs are whole. All that is
// done before the engine may touch it. Private to libs/kv.
#ifndef FUPIN_LIBS_KV_STORE_FOLDER_H_
#define FUPIN_LIBS_KV_STORE_FOLDER_H_

#include <string>

#include <rocksdb/env.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/kv/rocks_store.h"
#include "libs/kv/store_file.h"

namespace fupin::kv {

class StoreFolder {
 public:
  // `options` must outlive it.
  explicit StoreFolder(const RocksOptions& options) : options_(options) {}
  // Somebody else may own the folder from now on.
  ~StoreFolder();
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;

  // Makes the folder where there is none, and owns it. FAILED_PRECONDITION / STORE_IN_USE.
  absl::Status Own();
  // What the folder is, and whether this release may open it; errors are those of OpenRocksStore.
  // `restoring`: it is one that RestoreRocksStore has just filled.
  absl::Status Check(bool restoring);
  // Proves the manifest and the logs whole. Says what was left out: torn ends, never an
  // acknowledged write.
  absl::StatusOr<std::string> CheckLogs() const;
  // Writes down that the folder can be used, where that is not written yet.
  absl::Status Ready();

  // After Check: nothing is in it yet.
  bool making() const { return making_; }
  const StoreFile& file() const { return file_; }

 private:
  rocksdb::Env* Env() const;

  const RocksOptions& options_;
  rocksdb::FileLock* owner_ = nullptr;
  StoreFile file_;
  bool making_ = false;
  bool raised_ = false;  // to a higher schema
};

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_STORE_FOLDER_H_
