#include "libs/kv/disk_key.h"

namespace fupin::kv {

std::string DiskKey(absl::string_view partition, absl::string_view key) {
  std::string out;
  out.reserve(1 + partition.size() + key.size());
  out.push_back(static_cast<char>(partition.size()));
  out.append(partition.data(), partition.size());
  out.append(key.data(), key.size());
  return out;
}

bool SplitDiskKey(absl::string_view disk_key, DiskKeyParts* parts) {
  if (disk_key.empty()) return false;
  const size_t size = static_cast<unsigned char>(disk_key[0]);
  // A row has a partition and a key of at least one byte each.
  if (size == 0 || disk_key.size() < 2 + size) return false;
  parts->partition = disk_key.substr(1, size);
  parts->key = disk_key.substr(1 + size);
  return true;
}

}  // namespace fupin::kv
