#include "libs/fixed/fixed.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "libs/status/status.h"

namespace fupin::fixed {
namespace {

TEST_CASE("decimal text becomes millionths exactly", "[fixed]") {
  CHECK(ParseMicro("86.5")->units == 86500000);
  CHECK(ParseMicro("-0.000001")->units == -1);
  CHECK(ParseMicro("12")->units == 12000000);
  CHECK(ParseMicro("1.5000000000")->units == 1500000);
  CHECK(ToText(Micro{86500000}) == "86.5");
  CHECK(ToText(Micro{-1}) == "-0.000001");
  CHECK(ToText(Micro{-12000000}) == "-12");
  CHECK(ToText(CentiPoints{6000}) == "60.00");
}

TEST_CASE("I12 what is no number is refused with its reason", "[fixed]") {
  for (const char* text : {"", "abc", ".", "1.", ".5", "1e3", "1,000", "１２", "0x10", "--1"}) {
    CAPTURE(text);
    CHECK(ReasonOf(ParseMicro(text).status()) == "NUMBER_FORMAT");
  }
  CHECK(ReasonOf(ParseMicro("1.0000001").status()) == "NUMBER_DECIMALS");
  CHECK(ReasonOf(ParseMicro("9300000000000").status()) == "NUMBER_RANGE");
  CHECK(ReasonOf(MicroFromDouble(std::nan("")).status()) == "NUMBER_NOT_FINITE");
  CHECK(ReasonOf(MicroFromDouble(std::numeric_limits<double>::infinity()).status()) ==
        "NUMBER_NOT_FINITE");
  CHECK(ReasonOf(MicroFromDouble(1e308).status()) == "NUMBER_RANGE");
  CHECK(MicroFromDouble(-0.0)->units == 0);
}

TEST_CASE("I12 a number from a double is the same after it was written as one", "[fixed]") {
  // The first four drifted by a millionth with every trip.
  for (double value : {4367596572.9684954, 4466892424.3719435, 12445787970.776667,
                       8800589124.624365, 4294967295.9999995, 9.1999999999e12, 1.0000005, 0.1}) {
    for (const double one : {value, -value}) {
      CAPTURE(one);
      const auto micro = MicroFromDouble(one);
      REQUIRE(micro.ok());
      CHECK(*MicroFromDouble(ToDouble(*micro)) == *micro);
    }
  }
  CHECK(MicroFromDouble(1.0000005)->units == 1000001);
}

}  // namespace
}  // namespace fupin::fixed
