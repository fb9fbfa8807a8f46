#include "libs/tabular/table_writer.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "libs/tabular/test_file.h"

namespace fupin::tabular {
namespace {

using Cells = std::vector<std::string>;

TEST_CASE("I21 what we write runs nothing and is RFC 4180") {
  struct Case {
    Cells cells;
    std::string line;
  };
  const auto c = GENERATE(values<Case>({
      {{"甲", "", "乙"}, "甲,,乙\r\n"},
      {{"a,b", "a\"b", "a\nb", " a"}, "\"a,b\",\"a\"\"b\",\"a\nb\",\" a\"\r\n"},
      {{""}, "\"\"\r\n"},
      {{"=1+1", "+x", "@x", "-x"}, "'=1+1,'+x,'@x,'-x\r\n"},
      {{"＝1", "\tx"}, "'＝1,\"'\tx\"\r\n"},
      {{"-12.50", "+3", "-", "-1.", "-1+1"}, "-12.50,+3,'-,'-1.,'-1+1\r\n"},
      {{std::string("a\0b", 3)}, "ab\r\n"},
  }));
  CHECK(CsvLine(c.cells) == c.line);
}

TEST_CASE("I21 a written table reads back") {
  const TestFile place("");
  const std::string path = place.path();
  REQUIRE(unlink(path.c_str()) == 0);
  auto writer = TableWriter::Create(path);
  REQUIRE(writer.ok());
  REQUIRE((*writer)->Write(Cells{"行号", "说明"}).ok());
  REQUIRE((*writer)->Write(Cells{"12", "缺少“户主姓名”,\n请补填 \"x\""}).ok());
  CHECK(access(path.c_str(), F_OK) != 0);  // not there before it is complete
  REQUIRE((*writer)->Close().ok());
  CHECK(access((path + ".part").c_str(), F_OK) != 0);
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  CHECK(bytes.str().substr(0, 3) == kCsvStart);
  const Outcome outcome = ReadAll(bytes.str());
  REQUIRE(outcome.rows.size() == 1);
  CHECK(outcome.Line(0) == "12|缺少“户主姓名”,\n请补填 \"x\"");
}

TEST_CASE("I21 a table not closed leaves nothing") {
  const TestFile place("");
  const std::string path = place.path() + "_dropped";
  {
    auto writer = TableWriter::Create(path);
    REQUIRE(writer.ok());
    REQUIRE((*writer)->Write(Cells{"x"}).ok());
  }
  CHECK(access(path.c_str(), F_OK) != 0);
  CHECK(access((path + ".part").c_str(), F_OK) != 0);
  CHECK(ReasonOf(TableWriter::Create("/nonexistent/x").status()) == "FILE_UNWRITABLE");
}

}  // namespace
}  // namespace fupin::tabular
