// Reads a log file of the engine (write-ahead log or manifest) record by record and proves that
// nothing in it is damaged but, at most, its torn end.
//
// The engine's own reader, also in its strict modes, takes a damaged length or type byte in the
// last 32 KiB block for the end of the log and drops acknowledged writes without an error. A torn
// end is told from a damaged length like this: what a crash left half-written has no length at
// which its checksum fits; a complete record with a damaged length does. Cost: one pass over the
// file at checksum speed, plus at most one more over the last block.
#ifndef FUPIN_LIBS_KV_LOG_CHECK_H_
#define FUPIN_LIBS_KV_LOG_CHECK_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::kv {

// CRC-32C of `bytes`, going on from the CRC of what stands before them.
uint32_t Crc32c(uint32_t before, absl::string_view bytes);

// Number of bytes at the end of the log `bytes` that belong to no complete record (0: none).
// DATA_LOSS / STORE_CORRUPT: a record is damaged; names `path` and the offset.
absl::StatusOr<int64_t> CheckLog(const std::string& path, absl::string_view bytes);

// The status for damaged stored bytes. `what` says where and how.
absl::Status StoreCorrupt(absl::string_view what);

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_LOG_CHECK_H_
