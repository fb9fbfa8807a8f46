// FUPIN_STORE, the small text file in a data folder that says what the folder is: whose, in which
// format, and whether it was finished. FORMAT.md has an example.
#ifndef FUPIN_LIBS_KV_STORE_FILE_H_
#define FUPIN_LIBS_KV_STORE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fupin::kv {

struct StoreFile {
  int layout = 0;  // of keys and files; of this library
  int schema = 0;  // of values; of the service
  // kMaking: nothing in the folder was acknowledged yet, it may be made anew. kRestoring: a backup
  // is being copied into it and was not proved whole.
  enum class State { kMaking, kRestoring, kReady };
  State state = State::kMaking;
  std::string incarnation;
};

// A new random incarnation.
std::string NewIncarnation();

// NOT_FOUND: there is no such file. FAILED_PRECONDITION / STORE_FORMAT_UNKNOWN: it cannot be read.
absl::StatusOr<StoreFile> ReadStoreFile(const std::string& dir);

// The old or the new file is there after a crash. UNAVAILABLE / STORE_IO.
absl::Status WriteStoreFile(const std::string& dir, const StoreFile& file);

// The status for a disk that does not do what it is told.
absl::Status StoreIo(const std::string& what);

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_STORE_FILE_H_
