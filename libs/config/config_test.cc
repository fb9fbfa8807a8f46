#include "libs/config/config.h"

#include <catch2/catch.hpp>

#include <google/protobuf/wrappers.pb.h>

#include "libs/status/status.h"

namespace fupin::config {
namespace {

std::string Why(const std::string& text) {
  google::protobuf::StringValue value;
  const absl::Status status = Parse(text, "file", &value);
  return status.ok() ? "" : ReasonOf(status) + " " + std::string(status.message());
}

TEST_CASE("I05 I06 a text proto that is wrong is refused with its line") {
  CHECK(Why("value: '贵州'") == "");
  CHECK(Why("value: 'a'\nvalue: '\xb9\xf3'") ==
        "CONFIG_SYNTAX configuration is wrong: file:2:1: the file must be UTF-8");
  CHECK(Why("\nnonsense: 1").find("CONFIG_SYNTAX configuration is wrong: file:2:") == 0);
  CHECK(Why("value: ").find("CONFIG_SYNTAX") == 0);
}

}  // namespace
}  // namespace fupin::config
