#include "libs/tabular/csv_reader.h"

#include <iconv.h>

#include <catch2/catch.hpp>

#include "libs/tabular/test_file.h"

namespace fupin::tabular {
namespace {

std::string Encode(std::string utf8, const char* charset) {
  iconv_t converter = iconv_open(charset, "UTF-8");
  std::string out(utf8.size() * 4, '\0');
  char* from = utf8.data();
  size_t left = utf8.size();
  char* to = out.data();
  size_t room = out.size();
  REQUIRE(iconv(converter, &from, &left, &to, &room) == 0);
  iconv_close(converter);
  out.resize(out.size() - room);
  return out;
}

using Header = std::vector<std::string>;

TEST_CASE("I21 separators, quotes and mixed line ends of CSV") {
  struct Case {
    const char* name;
    std::string bytes;
    std::vector<std::string> lines;
  };
  const auto c = GENERATE(values<Case>({
      {"comma", "姓名,村\n甲,乙\n", {"甲|乙"}},
      {"semicolon", "姓名;村\n甲,丁;乙\n", {"甲,丁|乙"}},
      {"tab", "姓名\t村\n甲\t乙", {"甲|乙"}},
      {"separators inside quotes do not count", "\"姓;名;x\",村\n甲,乙\n", {"甲|乙"}},
      {"hint line", "sep=;\r\n姓名;村\r\n甲;乙\r\n", {"甲|乙"}},
      {"mixed line ends", "姓名,村\r\n甲,乙\r丙,丁\n戊,己\r\n", {"甲|乙", "丙|丁", "戊|己"}},
      {"quotes", "姓名,村\n\"甲,\"\"x\"\"\",\"乙\r\n丙\"\n", {"甲,\"x\"|乙\n丙"}},
      {"quote inside text", "姓名,村\n甲\"x\",乙\n", {"甲\"x\"|乙"}},
      {"spaces after a quote", "姓名,村\n\"甲\" ,乙\n", {"甲|乙"}},
      {"trailing columns", "姓名,村,,\n甲,乙,,\n丙,丁, ,　\n", {"甲|乙", "丙|丁"}},
      {"short row", "姓名,村\n甲\n", {"甲|"}},
      {"blank rows", "姓名,村\n\n,,\n甲,乙\n\n", {"甲|乙"}},
      {"byte order mark", "\xef\xbb\xbf姓名,村\n甲,乙\n", {"甲|乙"}},
      {"formula is text", "姓名,村\n=cmd|' /C calc'!A0,@x\n", {"=cmd|' /C calc'!A0|@x"}},
      {"empty quotes", "姓名,村\n\"\",乙\n", {"|乙"}},
  }));
  CAPTURE(c.name);
  const Outcome outcome = ReadAll(c.bytes);
  REQUIRE(outcome.reason == "");
  REQUIRE(outcome.header.size() == 2);
  REQUIRE(outcome.rows.size() == c.lines.size());
  for (size_t i = 0; i < c.lines.size(); ++i) {
    CHECK(outcome.Line(i) == c.lines[i]);
    CHECK(outcome.rows[i].problems.empty());
  }
}

TEST_CASE("I06 the same table in every encoding departments use") {
  // 㑇 and 𠮷 (U+20BB7) are rare surnames: four bytes in GB18030, the latter four in UTF-8 too.
  const std::string text = "姓名,村\r\n㑇𠮷,龙泉村\r\n买买提·艾力,x\r\n";
  const std::vector<std::string> forms = {text, "\xef\xbb\xbf" + text, Encode(text, "GB18030"),
                                          "\xff\xfe" + Encode(text, "UTF-16LE"),
                                          "\xfe\xff" + Encode(text, "UTF-16BE")};
  const size_t form = GENERATE(values<size_t>({0, 1, 2, 3, 4}));
  CAPTURE(form);
  const std::string& bytes = forms[form];
  const Outcome outcome = ReadAll(bytes);
  REQUIRE(outcome.reason == "");
  CHECK(outcome.header == Header{"姓名", "村"});
  REQUIRE(outcome.rows.size() == 2);
  CHECK(outcome.Line(0) == "㑇𠮷|龙泉村");
  CHECK(outcome.Line(1) == "买买提·艾力|x");
}

TEST_CASE("I06 an encoding can be forced where the bytes would be both") {
  const std::string bytes = Encode("模\n", "GB18030");  // these bytes are UTF-8 as well
  Options options;
  CHECK(ReadAll(bytes, options).header != Header{"模"});
  options.encoding = Encoding::kGb18030;
  CHECK(ReadAll(bytes, options).header == Header{"模"});
}

TEST_CASE("I06 one damaged byte spoils its row, not the encoding of the file") {
  std::string bytes = "姓名,村\n";
  for (int i = 0; i < 100; ++i) bytes += "合成户,龙泉村\n";
  bytes += "甲\xff,乙\n丙,丁\n";
  const Outcome outcome = ReadAll(bytes);
  REQUIRE(outcome.rows.size() == 102);
  CHECK(outcome.Problem(100) == "FILE_TEXT_DAMAGED A102");
  CHECK(outcome.Line(101) == "丙|丁");
  CHECK(outcome.rows[101].problems.empty());
}

TEST_CASE("I06 GB18030 and UTF-16 characters cut by a piece of the file stay whole") {
  std::string text = "姓名\n";
  for (int i = 0; i < 30000; ++i) text += i % 7 == 0 ? "𠮷\n" : "龙a\n";
  const std::vector<std::string> forms = {text, Encode(text, "GB18030"),
                                          "\xff\xfe" + Encode(text, "UTF-16LE")};
  const std::string& bytes = forms[GENERATE(values<size_t>({0, 1, 2}))];
  const Outcome outcome = ReadAll(bytes);
  REQUIRE(outcome.rows.size() == 30000);
  for (size_t i = 0; i < outcome.rows.size(); ++i) {
    REQUIRE(outcome.rows[i].cells[0].text == (i % 7 == 0 ? "𠮷" : "龙a"));
  }
}

TEST_CASE("I21 faults of a row are named and reading goes on") {
  struct Case {
    const char* name;
    std::string row;
    std::string problem;
  };
  Options options;
  options.limits.cell_bytes = 100;
  options.limits.row_bytes = 150;
  const auto c = GENERATE(values<Case>({
      {"more cells than the header", "a,b,,d", "FILE_ROW_TOO_MANY_CELLS D3"},
      {"text after a quote", "a,\"b\"c", "CSV_QUOTE_MISPLACED B3"},
      {"NUL", std::string("a,b\0", 4), "FILE_CONTROL_CHARACTER B3"},
      {"control", "a\x1b,b", "FILE_CONTROL_CHARACTER A3"},
      {"replacement character", "a,\xef\xbf\xbd", "FILE_TEXT_DAMAGED B3"},
      {"long cell", "a," + std::string(101, 'x'), "FILE_CELL_TOO_LONG B3"},
      {"very long cell", "a," + std::string(1 << 20, 'x'), "FILE_CELL_TOO_LONG B3"},
      {"long row", std::string(90, 'x') + "," + std::string(90, 'y'), "FILE_ROW_TOO_LONG row 3"},
  }));
  CAPTURE(c.name);
  // The first data row is long enough that a NUL is not at the head of the file.
  const std::string filler = "ok," + std::string(90, 'z') + "\n";
  std::string bytes = "姓名,村\n" + filler + c.row + "\n甲,乙\n";
  if (std::string(c.name) == "NUL") {
    options.limits.cell_bytes = 1 << 20;
    options.limits.row_bytes = 1 << 20;
    bytes = "姓名,村\nok," + std::string(9000, 'z') + "\n" + c.row + "\n甲,乙\n";
  }
  const Outcome outcome = ReadAll(bytes, options);
  REQUIRE(outcome.reason == "");
  REQUIRE(outcome.rows.size() == 3);
  CHECK(outcome.Problem(1) == c.problem);
  CHECK(outcome.rows[1].cells.size() == 2);
  CHECK(outcome.Line(2) == "甲|乙");
  CHECK(outcome.rows[2].problems.empty());
}

TEST_CASE("I21 a row number is the spreadsheet's, a line number the editor's") {
  const Outcome outcome = ReadAll("姓名,村\r\n\r\n\"甲\r\n一\r\n二\",乙\r\n丙,丁\r\n");
  REQUIRE(outcome.rows.size() == 2);
  CHECK(outcome.rows[0].number == 3);
  CHECK(outcome.rows[0].line == 3);
  CHECK(outcome.rows[1].number == 4);
  CHECK(outcome.rows[1].line == 6);
}

TEST_CASE("I21 a quote never closed ends reading and names its line") {
  SECTION("at the end of the file") {
    const Outcome outcome = ReadAll("姓名,村\n甲,乙\n丙,\"丁\n戊,己\n");
    CHECK(outcome.rows.size() == 1);
    CHECK(outcome.reason == "CSV_QUOTE_NOT_CLOSED");
    CHECK(outcome.field == "B3");
    CHECK(outcome.message.find("line 3") != std::string::npos);
  }
  SECTION("without taking the whole file into memory") {
    Options options;
    options.limits.row_bytes = 1000;
    std::string bytes = "姓名,村\n丙,\"丁\n";
    for (int i = 0; i < 1000; ++i) bytes += "戊,己\n";
    CHECK(ReadAll(bytes, options).reason == "CSV_QUOTE_NOT_CLOSED");
  }
}

TEST_CASE("I21 a header is needed") {
  CHECK(ReadAll("").reason == "FILE_EMPTY");
  CHECK(ReadAll("\xef\xbb\xbf").reason == "FILE_HEADER_MISSING");
  CHECK(ReadAll("\n甲,乙\n").reason == "FILE_HEADER_MISSING");
  CHECK(ReadAll(", ,\n甲,乙\n").reason == "FILE_HEADER_MISSING");
  CHECK(ReadAll("甲\"\x01\",乙\n").reason == "FILE_CONTROL_CHARACTER");
  std::string wide = "c";
  for (int i = 1; i < 1000; ++i) wide += ",c";
  CHECK(ReadAll(wide + "\n").header.size() == 1000);
  CHECK(ReadAll(wide + ",c\n").reason == "FILE_TOO_MANY_COLUMNS");
  CHECK(ReadAll(wide + ",c,c,c\n").reason == "FILE_TOO_MANY_COLUMNS");
  Options options;
  options.header_row = 3;
  const Outcome outcome = ReadAll("某县名单,,,,\n\n姓名;村\n甲;乙\n", options);
  CHECK(outcome.header == Header{"姓名", "村"});
  CHECK(outcome.rows.at(0).number == 4);
  CHECK(ReadAll("姓名\n甲\n", options).reason == "FILE_HEADER_MISSING");
}

TEST_CASE("I21 files that only look like tables are refused with what to do") {
  const std::string ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + std::string(600, '\0');
  CHECK(ReadAll(ole + Encode("Workbook", "UTF-16LE")).reason == "FILE_OLD_XLS");
  // The name may stand across two blocks of the file.
  CHECK(
      ReadAll(ole + std::string((64 << 10) - 608 - 7, 'x') + Encode("EncryptedPackage", "UTF-16LE"))
          .reason == "FILE_PASSWORD_PROTECTED");
  CHECK(ReadAll(ole).reason == "FILE_NOT_TABLE");
  CHECK(ReadAll("  <html><table><tr><td>甲</td></tr></table></html>").reason == "FILE_NOT_TABLE");
  CHECK(ReadAll("<?xml version=\"1.0\"?><Workbook/>").reason == "FILE_NOT_TABLE");
  CHECK(ReadAll("%PDF-1.7\n").reason == "FILE_NOT_TABLE");
  CHECK(ReadAll(Encode("姓名,村\n", "UTF-16LE")).reason == "FILE_NOT_TABLE");
  Options options;
  options.limits.file_bytes = 10;
  CHECK(ReadAll("0123456789\n", options).reason == "FILE_TOO_LARGE");
  CHECK(ReasonOf(TableReader::Open("/nonexistent/x.csv").status()) == "FILE_NOT_FOUND");
  CHECK(ReasonOf(TableReader::Open("/tmp").status()) == "FILE_UNREADABLE");
}

TEST_CASE("I08 a long number destroyed by a spreadsheet is flagged in CSV") {
  const Outcome outcome =
      ReadAll("a,b,c,d,e,f\n5.20103E+17,5.2e+17,520103198001011234,1.2E+05,E+17,1.23457E+11\n");
  REQUIRE(outcome.rows.size() == 1);
  std::string flags;
  for (const Cell& cell : outcome.rows[0].cells) flags += cell.mangled ? "x" : "-";
  CHECK(flags == "xx---x");
}

TEST_CASE("I21 no message shows what stands in a cell") {
  const Outcome rows = ReadAll("姓名,村\n甲,乙,SECRET\nSECRET\x01,乙\n\"SECRET\"SECRET,乙\n");
  REQUIRE(rows.rows.size() == 3);
  for (const Row& row : rows.rows) {
    REQUIRE(row.problems.size() == 1);
    CHECK((row.problems[0].message_zh + row.problems[0].message_en).find("SECRET") ==
          std::string::npos);
  }
  CHECK(ReadAll("姓名,村\n\"SECRET").message.find("SECRET") == std::string::npos);
}

TEST_CASE("I21 after an error every call gives that error again") {
  const TestFile file("姓名\n\"甲");
  auto reader = TableReader::Open(file.path());
  REQUIRE(reader.ok());
  Row row;
  CHECK(ReasonOf((*reader)->Next(row).status()) == "CSV_QUOTE_NOT_CLOSED");
  CHECK(ReasonOf((*reader)->Next(row).status()) == "CSV_QUOTE_NOT_CLOSED");
}

TEST_CASE("I21 more rows than a spreadsheet has are fine in CSV") {
  std::string bytes = "序号,村\n";
  const int64_t rows = 1'100'000;
  for (int64_t i = 0; i < rows; ++i) bytes += "1,x\n";
  const TestFile file(bytes);
  auto reader = TableReader::Open(file.path());
  REQUIRE(reader.ok());
  Row row;
  int64_t count = 0;
  for (auto more = (*reader)->Next(row); more.ok() && *more; more = (*reader)->Next(row)) ++count;
  CHECK(count == rows);
  CHECK(row.number == rows + 1);
}

}  // namespace
}  // namespace fupin::tabular
