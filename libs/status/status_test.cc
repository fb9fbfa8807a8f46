#include "libs/status/status.h"

#include <catch2/catch.hpp>

namespace fupin {
namespace {

TEST_CASE("I07 a problem keeps its texts whatever bytes stand in them") {
  const std::string any(
      "a\x1e"
      "b\x1f"
      "3:c\0\xff\n",
      11);
  const absl::Status status =
      ProblemStatus(absl::StatusCode::kInvalidArgument,
                    {{"FIRST", any, any + "1", ""}, {"SECOND", "", "zh", "en"}});
  const auto problems = ProblemsOf(status);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].reason == "FIRST");
  CHECK(problems[0].field == any);
  CHECK(problems[0].message_zh == any + "1");
  CHECK(problems[0].message_en.empty());
  CHECK(problems[1].reason == "SECOND");
  CHECK(problems[1].message_en == "en");
  CHECK(ReasonOf(Annotate(status, "reading")) == "FIRST");
  CHECK(ProblemsOf(Annotate(status, "reading")).size() == 2);
}

TEST_CASE("I01 a status made otherwise carries no problems") {
  CHECK(ProblemsOf(absl::OkStatus()).empty());
  CHECK(ReasonOf(absl::NotFoundError("x")) == "NOT_FOUND");
}

}  // namespace
}  // namespace fupin
