#include "libs/tabular/mapping.h"

#include <catch2/catch.hpp>

#include "libs/status/status.h"

namespace fupin::tabular {
namespace {

const std::vector<ColumnSpec> kSpecs = {
    {"name", {"姓名", "户主姓名"}, true},
    {"citizen_number", {"身份证号", "公民身份号码"}, true},
    {"area_sqm", {"住房面积(㎡)"}, false},
};

std::vector<std::string> Reasons(const absl::Status& status) {
  std::vector<std::string> reasons;
  for (const Problem& problem : ProblemsOf(status)) {
    reasons.push_back(problem.reason + " " + problem.field);
  }
  return reasons;
}

using List = std::vector<std::string>;

TEST_CASE("I21 columns are found whatever their case, width and spaces") {
  const List header = {"备注", "ＣＩＴＩＺＥＮ＿number", "＊户主 姓名　", "住房面积（㎡）", ""};
  const auto map = MatchColumns(header, kSpecs);
  REQUIRE(map.ok());
  CHECK(map->columns == std::vector<std::optional<size_t>>{2, 1, 3});
  REQUIRE(map->ignored.size() == 2);
  CHECK(map->ignored[0].column == 0);
  CHECK(map->ignored[0].name == "备注");
  CHECK(map->ignored[1].column == 4);
}

TEST_CASE("I21 an optional column may be absent") {
  const auto map = MatchColumns(List{"姓名", "身份证号"}, kSpecs);
  REQUIRE(map.ok());
  CHECK(map->columns == std::vector<std::optional<size_t>>{0, 1, std::nullopt});
}

TEST_CASE("I21 missing and repeated columns are all named at once") {
  const auto map = MatchColumns(List{"姓名", "户主姓名", "住房面积(㎡)", "area_sqm"}, kSpecs);
  CHECK(map.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(Reasons(map.status()) == List{"FILE_COLUMN_DUPLICATE name",
                                      "FILE_COLUMN_DUPLICATE area_sqm",
                                      "FILE_COLUMN_MISSING citizen_number"});
  CHECK(ProblemsOf(map.status())[0].message_en.find("columns A and B") != std::string::npos);
}

TEST_CASE("I21 two fields that claim one name are a fault of the configuration") {
  const std::vector<ColumnSpec> specs = {{"a", {"姓名"}}, {"b", {"姓 名"}}};
  const auto map = MatchColumns(List{"姓名"}, specs);
  CHECK(map.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(ReasonOf(map.status()) == "FILE_COLUMN_SPEC_AMBIGUOUS");
  const std::vector<ColumnSpec> same = {{"name", {"NAME", "姓名"}}};
  CHECK(MatchColumns(List{"姓名"}, same).ok());
}

}  // namespace
}  // namespace fupin::tabular
