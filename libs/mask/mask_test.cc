#include "libs/mask/mask.h"

#include <catch2/catch.hpp>

namespace fupin::mask {
namespace {

TEST_CASE("SEC-1 names keep the family name only", "[mask]") {
  CHECK(Name("张三") == "张*");
  CHECK(Name("张小明") == "张**");
  CHECK(Name("欧阳修远") == "欧阳**");
  CHECK(Name("欧阳") == "欧*");
  CHECK(Name("阿依·古丽") == "阿依·**");
  CHECK(Name("𠅤小明") == "𠅤**");
  CHECK(Name("王") == "*");
  CHECK(Name("") == "");
}

TEST_CASE("SEC-1 of a citizen number six and four characters are shown", "[mask]") {
  CHECK(CitizenNumber("11010519491231002X") == "110105********002X");
  CHECK(CitizenNumber("123") == "***");
}

TEST_CASE("SEC-1 of telephone and account numbers the last four characters are shown", "[mask]") {
  CHECK(LastFour("13812345678") == "*******5678");
  CHECK(LastFour("1234") == "**34");
  CHECK(LastFour("1") == "*");
  CHECK(LastFour("") == "");
}

}  // namespace
}  // namespace fupin::mask
