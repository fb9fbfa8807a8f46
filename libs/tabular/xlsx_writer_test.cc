// What is written is read back by the reader, which knows of no writer.
#include "libs/tabular/xlsx_writer.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

#include <catch2/catch.hpp>

#include "libs/tabular/table_reader.h"

namespace fupin::tabular {
namespace {

std::string TempFile() {
  char name[] = "/tmp/fupin-xlsx-XXXXXX";
  const int file = ::mkstemp(name);
  ::close(file);
  return name;
}

TEST_CASE("USE-1 SEC-1 what XLSX we write is read back whole, and no cell is a formula",
          "[tabular]") {
  const std::string path = TempFile();
  auto writer = XlsxWriter::Create(path, "名册", {{"编号"}, {"户主", 20}, {"人口", 8, true}});
  REQUIRE(writer.ok());
  REQUIRE((*writer)->Write({"007", "=HYPERLINK(\"http://x\",\"甲\")", "3"}).ok());
  REQUIRE((*writer)->Write({"520102199001011234", "@SUM(A1) & <乙>", "-1+1"}).ok());
  REQUIRE((*writer)->Write({"", "", ""}).ok());
  REQUIRE((*writer)->Write({"3", std::string("丙\x01\n丁"), "4.50"}).ok());
  REQUIRE((*writer)->Close().ok());
  const auto reader = TableReader::Open(path);
  REQUIRE(reader.ok());
  CHECK((*reader)->header() == std::vector<std::string>{"编号", "户主", "人口"});
  Row row;
  REQUIRE(*(*reader)->Next(row));
  CHECK(row.cells[0].text == "007");
  CHECK(row.cells[1].text == "=HYPERLINK(\"http://x\",\"甲\")");
  CHECK(row.cells[1].kind == CellKind::kText);
  CHECK_FALSE(row.cells[1].formula);
  CHECK(row.cells[2].kind == CellKind::kNumber);
  REQUIRE(*(*reader)->Next(row));
  CHECK(row.cells[0].text == "520102199001011234");
  CHECK_FALSE(row.cells[0].mangled);
  CHECK(row.cells[2].kind == CellKind::kText);
  CHECK_FALSE(row.cells[2].formula);
  REQUIRE(*(*reader)->Next(row));
  CHECK(row.number == 5);
  CHECK(row.cells[2].text == "4.5");
  CHECK_FALSE(*(*reader)->Next(row));
  ::unlink(path.c_str());
}

TEST_CASE("EX-5 a folder that is not there is told, and a table not closed leaves no file",
          "[tabular]") {
  CHECK_FALSE(XlsxWriter::Create("/nowhere/a.xlsx", "s", {{"a"}}).ok());
  const std::string path = TempFile();
  ::unlink(path.c_str());
  { const auto writer = XlsxWriter::Create(path, "s", {{"a"}}); }
  CHECK(::access(path.c_str(), F_OK) != 0);
  CHECK(::access((path + ".part").c_str(), F_OK) != 0);
}

}  // namespace
}  // namespace fupin::tabular
