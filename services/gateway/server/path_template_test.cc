#include "services/gateway/server/path_template.h"

#include <catch2/catch.hpp>

namespace fupin::gateway {
namespace {

TEST_CASE("USE-1 percent encoding is undone once, and a broken one is seen") {
  CHECK(PercentDecode("a%2Fb", false) == "a/b");
  CHECK(PercentDecode("%E8%B4%B5%e5%b7%9e", false) == "贵州");
  CHECK(PercentDecode("%2541", false) == "%41");
  CHECK(PercentDecode("a+b", false) == "a+b");
  CHECK(PercentDecode("a+b", true) == "a b");
  for (const char* wrong : {"%", "%4", "a%zz", "%00", "%4G"}) {
    CAPTURE(wrong);
    CHECK_FALSE(PercentDecode(wrong, false).has_value());
  }
}

TEST_CASE("USE-1 a path template binds its fields") {
  const auto explain = PathTemplate::Parse("/v1/{name=households/*}:explain");
  REQUIRE(explain.ok());
  CHECK(explain->verb() == "explain");
  CHECK(explain->open_api() == "/v1/households/{households}:explain");
  auto bound = explain->Match({"v1", "households", "a/b"}, "explain");
  REQUIRE(bound.has_value());
  CHECK(*bound == PathTemplate::Bindings{{"name", "households/a/b"}});
  CHECK_FALSE(explain->Match({"v1", "households", "7"}, "").has_value());
  CHECK_FALSE(explain->Match({"v1", "households", ""}, "explain").has_value());
  CHECK_FALSE(explain->Match({"v1", "households"}, "explain").has_value());

  const auto finding = PathTemplate::Parse("/v1/{name=households/*/findings/*}");
  REQUIRE(finding.ok());
  CHECK(finding->open_api() == "/v1/households/{households}/findings/{findings}");
  const auto totals = PathTemplate::Parse("/v1/divisions/{division}/totals");
  REQUIRE(totals.ok());
  CHECK(totals->fields() == std::vector<std::string>{"division"});
  bound = totals->Match({"v1", "divisions", "520102", "totals"}, "");
  REQUIRE(bound.has_value());
  CHECK((*bound)[0].second == "520102");

  for (const char* wrong : {"", "v1", "/v1/{name", "/v1/{name=**}", "/v1/{a}x"}) {
    CAPTURE(wrong);
    CHECK_FALSE(PathTemplate::Parse(wrong).ok());
  }
}

}  // namespace
}  // namespace fupin::gateway
