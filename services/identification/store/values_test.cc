#include "services/identification/store/values.h"

#include <catch2/catch.hpp>

namespace fupin::identification {
namespace {

TEST_CASE("ID-6 a value row is the bytes of its page, and reads back") {
  const std::string bytes = EncodeValues(1, 5510, 0, {2.5f}, {});
  CHECK(bytes == std::string("\1\1\1\0\x86\x15\0\0\0\0\0\0\0\0\0\0\0\0\x20\x40", 20));
  const auto row = DecodeValues(bytes);
  REQUIRE(row.has_value());
  CHECK(row->poverty_class == 1);
  CHECK(row->index_centipoints == 5510);
  REQUIRE(row->values == 1);
  CHECK(row->at(0) == 2.5f);
}

TEST_CASE("I01 a value row that was cut, also within a value, is none") {
  const std::string bytes = EncodeValues(1, 5510, 7, {2.5f, 1.0f}, {3.0f});
  for (size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    // Without its reference it is a row of a catalog without references.
    CHECK(DecodeValues(bytes.substr(0, size)).has_value() == (size == bytes.size() - 4));
  }
  CHECK_FALSE(DecodeValues(bytes + '\0').has_value());
  CHECK_FALSE(DecodeValues("\2" + bytes.substr(1)).has_value());
}

}  // namespace
}  // namespace fupin::identification
