#include "libs/kv/log_check.h"

#include <catch2/catch.hpp>

#include "libs/status/status.h"

namespace fupin::kv {
namespace {

// One record as the engine writes it.
std::string Record(unsigned char type, const std::string& payload) {
  const uint32_t crc = Crc32c(0, std::string(1, static_cast<char>(type)) + payload);
  const uint32_t masked = (crc >> 15 | crc << 17) + 0xa282ead8u;
  std::string out;
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(masked >> 8 * i));
  out.push_back(static_cast<char>(payload.size()));
  out.push_back(static_cast<char>(payload.size() >> 8));
  out.push_back(static_cast<char>(type));
  return out + payload;
}

bool Damaged(const std::string& bytes) {
  return ReasonOf(CheckLog("log", bytes).status()) == "STORE_CORRUPT";
}

TEST_CASE("CRC-32C gives the published values", "[kv]") {
  CHECK(Crc32c(0, "") == 0);
  CHECK(Crc32c(0, "123456789") == 0xe3069283u);
  // RFC 3720, appendix B.4.
  CHECK(Crc32c(0, std::string(32, '\0')) == 0x8a9136aau);
  CHECK(Crc32c(0, std::string(32, '\xff')) == 0x62a8ab43u);
  CHECK(Crc32c(Crc32c(0, "1234567"), "89") == 0xe3069283u);
}

TEST_CASE("F04 a log cut anywhere is whole up to the last complete record", "[kv]") {
  const std::string first = Record(1, std::string(100, 'a'));
  const std::string second = Record(1, "second");
  const std::string log = first + second;
  for (size_t size = 0; size <= log.size(); ++size) {
    const auto torn = CheckLog("log", absl::string_view(log).substr(0, size));
    REQUIRE(torn.ok());
    const size_t complete = size == log.size()     ? log.size()
                            : size >= first.size() ? first.size()
                                                   : 0;
    CHECK(*torn == static_cast<int64_t>(size - complete));
  }
}

TEST_CASE("F05 every flipped bit of a record is noticed, also in lengths and types", "[kv]") {
  std::string log = Record(1, std::string(300, 'a')) + Record(1, "b") + Record(1, "third");
  // 300 + 7 + 8 + 12 bytes: all in the last block, where an engine forgives.
  for (size_t bit = 0; bit < log.size() * 8; ++bit) {
    log[bit / 8] = static_cast<char>(log[bit / 8] ^ 1 << bit % 8);
    CAPTURE(bit);
    REQUIRE(Damaged(log));
    log[bit / 8] = static_cast<char>(log[bit / 8] ^ 1 << bit % 8);
  }
  CHECK(*CheckLog("log", log) == 0);
}

TEST_CASE("F04 a record in parts is torn as a whole, and a missing part is damage", "[kv]") {
  // The first part fills the block exactly.
  const std::string first = Record(2, std::string(32768 - 7, 'x'));
  const std::string last = Record(4, "end");
  CHECK(*CheckLog("log", first + last) == 0);
  CHECK(*CheckLog("log", first) == 32768);
  CHECK(*CheckLog("log", first + last.substr(0, 9)) == 32768 + 9);
  CHECK(Damaged(first + Record(1, "full")));
  CHECK(Damaged(last));
  // Six bytes at the end of a block are too few for a record and are skipped.
  const std::string short_block = Record(1, std::string(32768 - 7 - 6, 'x'));
  CHECK(*CheckLog("log", short_block + std::string(6, '\0') + Record(1, "next")) == 0);
}

TEST_CASE("F04 room set aside and never written is a torn end, but not in the middle", "[kv]") {
  const std::string record = Record(1, "one");
  CHECK(*CheckLog("log", record + std::string(500, '\0')) == 500);
  CHECK(Damaged(record + std::string(7, '\0') + record));
}

}  // namespace
}  // namespace fupin::kv
