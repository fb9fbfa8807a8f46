// Keys as the embedded engine stores them: one length byte, partition, key. Rows of a partition are
// neighbours and in key order. FORMAT.md has an example.
#ifndef FUPIN_LIBS_KV_DISK_KEY_H_
#define FUPIN_LIBS_KV_DISK_KEY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace fupin::kv {

// `partition` is within its limit.
std::string DiskKey(absl::string_view partition, absl::string_view key);

struct DiskKeyParts {
  absl::string_view partition;
  absl::string_view key;
};

// The views point into `disk_key`. False: no DiskKey makes these bytes.
bool SplitDiskKey(absl::string_view disk_key, DiskKeyParts* parts);

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_DISK_KEY_H_
