#include "libs/kv/log_check.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

// Format: github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format. Blocks of 32 KiB hold
// records: masked CRC (4), length (2), type (1), payload; all little-endian. The CRC covers type
// and payload. A record that does not fit is cut into FIRST, MIDDLE..., LAST.
constexpr size_t kBlock = 32768;
constexpr size_t kHeader = 7;
enum : unsigned char { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
    tables[0][byte] = crc;
  }
  for (uint32_t byte = 0; byte < 256; ++byte) {
    for (size_t i = 1; i < 8; ++i) {
      const uint32_t before = tables[i - 1][byte];
      tables[i][byte] = before >> 8 ^ tables[0][before & 0xff];
    }
  }
  return tables;
}
constexpr Tables kTables = MakeTables();

uint32_t Little32(const char* at) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return value;
}

uint32_t Masked(uint32_t crc) { return (crc >> 15 | crc << 17) + 0xa282ead8u; }

// True when `type` and some beginning of `payload` are a record with this checksum.
bool FitsAtSomeLength(uint32_t stored, absl::string_view type, absl::string_view payload) {
  uint32_t crc = Crc32c(0, type);
  for (size_t i = 0; i < payload.size(); ++i) {
    crc = Crc32c(crc, payload.substr(i, 1));
    if (Masked(crc) == stored) return true;
  }
  return false;
}

}  // namespace

uint32_t Crc32c(uint32_t before, absl::string_view bytes) {
  uint32_t crc = ~before;
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    const uint32_t low = Little32(at) ^ crc;
    const uint32_t high = Little32(at + 4);
    crc = kTables[7][low & 0xff] ^ kTables[6][low >> 8 & 0xff] ^ kTables[5][low >> 16 & 0xff] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xff] ^ kTables[2][high >> 8 & 0xff] ^
          kTables[1][high >> 16 & 0xff] ^ kTables[0][high >> 24];
  }
  for (; left > 0; --left, ++at) {
    crc = crc >> 8 ^ kTables[0][(crc ^ static_cast<unsigned char>(*at)) & 0xff];
  }
  return ~crc;
}

absl::Status StoreCorrupt(absl::string_view what) {
  return ProblemStatus(
      absl::StatusCode::kDataLoss,
      {"STORE_CORRUPT", "data_dir",
       absl::StrCat("存储损坏: ", what, "。请停止服务,恢复备份(或由专人修复)"),
       absl::StrCat("the store is damaged: ", what,
                    "; stop the service and restore a backup (or have it repaired)")});
}

absl::StatusOr<int64_t> CheckLog(const std::string& path, absl::string_view bytes) {
  const auto damaged = [&path](size_t offset, absl::string_view how) {
    return StoreCorrupt(absl::StrCat(path, " offset ", offset, ": ", how));
  };
  // Where the record that is being read began, when it is cut into parts.
  size_t begun = 0;
  bool in_parts = false;
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t block_end = at / kBlock * kBlock + kBlock;
    if (block_end - at < kHeader) {
      at = block_end;
      continue;
    }
    const size_t torn_from = in_parts ? begun : at;
    if (bytes.size() - at < kHeader) return bytes.size() - torn_from;
    const uint32_t stored = Little32(&bytes[at]);
    const size_t length = static_cast<unsigned char>(bytes[at + 4]) |
                          static_cast<size_t>(static_cast<unsigned char>(bytes[at + 5])) << 8;
    const unsigned char type = static_cast<unsigned char>(bytes[at + 6]);
    if (stored == 0 && length == 0 && type == 0) {
      // Room that was set aside before a crash and never written.
      if (bytes.find_first_not_of('\0', at) == absl::string_view::npos) {
        return bytes.size() - torn_from;
      }
      return damaged(at, "an empty record before the end");
    }
    if (type < kFull || type > kLast) return damaged(at, "unknown type of record");
    if (at + kHeader + length > block_end) return damaged(at, "length of record");
    const absl::string_view payload = bytes.substr(at + kHeader, length);
    if (payload.size() < length) {
      if (FitsAtSomeLength(stored, bytes.substr(at + 6, 1), payload)) {
        return damaged(at, "length of record");
      }
      return bytes.size() - torn_from;
    }
    if (Masked(Crc32c(0, bytes.substr(at + 6, 1 + length))) != stored) {
      return damaged(at, "checksum of record");
    }
    const bool begins = type == kFull || type == kFirst;
    if (begins == in_parts) return damaged(at, "a part of a record is missing");
    if (type == kFirst) begun = at;
    in_parts = type == kFirst || type == kMiddle;
    at += kHeader + length;
  }
  return in_parts ? bytes.size() - begun : 0;
}

}  // namespace fupin::kv
