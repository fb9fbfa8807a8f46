// Any bytes as a log of the engine and as a disk key. What is found whole stays whole when the torn
// end is cut off.
#include <cstdint>

#include "libs/kv/disk_key.h"
#include "libs/kv/log_check.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto torn = kv::CheckLog("fuzz", bytes);
  if (torn.ok()) {
    FUPIN_CHECK(*torn >= 0 && static_cast<size_t>(*torn) <= size);
    const auto whole = kv::CheckLog("fuzz", bytes.substr(0, size - static_cast<size_t>(*torn)));
    FUPIN_CHECK(whole.ok() && *whole == 0);
  } else {
    FUPIN_CHECK(ReasonOf(torn.status()) == "STORE_CORRUPT");
  }
  kv::DiskKeyParts parts;
  if (kv::SplitDiskKey(bytes, &parts)) {
    FUPIN_CHECK(kv::DiskKey(parts.partition, parts.key) == bytes);
  }
  return 0;
}

// A log with right checksums, which chance never finds: the input is cut into records, and now and
// then one byte of the result is changed.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 4 == 0) return size;
  // Right length and checksum for the records as they stand.
  for (size_t at = 0; at + 7 <= size;) {
    const size_t room = std::min<size_t>(size, (at / 32768 + 1) * 32768) - at;
    if (room < 7) {
      at += room;
      continue;
    }
    size_t length = data[at + 4] | static_cast<size_t>(data[at + 5]) << 8;
    if (length > room - 7) length = room - 7;
    data[at + 4] = static_cast<uint8_t>(length);
    data[at + 5] = static_cast<uint8_t>(length >> 8);
    data[at + 6] = static_cast<uint8_t>((data[at + 6] - 1) % 4 + 1);
    const uint32_t crc = fupin::kv::Crc32c(
        0, absl::string_view(reinterpret_cast<const char*>(data) + at + 6, 1 + length));
    const uint32_t masked = (crc >> 15 | crc << 17) + 0xa282ead8u;
    for (size_t i = 0; i < 4; ++i) data[at + i] = static_cast<uint8_t>(masked >> 8 * i);
    at += 7 + length;
  }
  return size;
}
