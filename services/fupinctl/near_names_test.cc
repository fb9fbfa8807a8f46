#include "services/fupinctl/near_names.h"

#include <catch2/catch.hpp>

namespace fupin::fupinctl {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("USE-1 a mistyped command is told its near ones, nearest first", "[fupinctl]") {
  const Names names = {"list", "push", "household", "statistics", "status", "job", "explain"};
  CHECK(NearNames("lst", names) == Names{"list"});
  CHECK(NearNames("houshold", names) == Names{"household"});
  CHECK(NearNames("stat", names) == Names{"status", "statistics"});
  CHECK(NearNames("lists", names) == Names{"list"});
  CHECK(NearNames("explian", names) == Names{"explain"});
  CHECK(NearNames("overview", names).empty());
  // Two errors in three letters are another word.
  CHECK(NearNames("jim", names).empty());
  CHECK(NearNames("", names).empty());
}

}  // namespace
}  // namespace fupin::fupinctl
