#include "libs/tabular/xlsx_reader.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_replace.h"
#include "libs/tabular/test_file.h"
#include "libs/tabular/xlsx_fixture.h"

namespace fupin::tabular {
namespace {

using Fixture = XlsxFixture;
using Header = std::vector<std::string>;

const std::string kHeaderRow =
    "<row r=\"1\">" + Fixture::Text("A1", "姓名") + Fixture::Text("B1", "值") + "</row>";

// A workbook whose only data row is 2, with this cell in column B.
Outcome ReadCell(const std::string& cell, Fixture fixture = {}) {
  fixture.sheet =
      Fixture::Sheet(kHeaderRow + "<row r=\"2\">" + Fixture::Text("A2", "甲") + cell + "</row>");
  return ReadAll(fixture.Bytes());
}

TEST_CASE("I21 cells of every kind come as they are shown") {
  Fixture fixture;
  fixture.formats = {"yyyy\\-mm\\-dd;@", "000000", "yyyy-mm-dd hh:mm"};
  fixture.parts["xl/sharedStrings.xml"] =
      "<sst xmlns=\"m\"><si><t>共享</t></si><si><t>行_x000D_\n二_x005F_x0041_</t></si>"
      "<si><r><rPr><b/></rPr><t>富</t></r><r><t>文本</t></r><rPh><t>注音</t></rPh></si></sst>";
  struct Case {
    const char* cell;
    CellKind kind;
    const char* text;
    bool formula;
  };
  const auto c = GENERATE(values<Case>({
      {"<c r=\"B2\" t=\"s\"><v>0</v></c>", CellKind::kText, "共享", false},
      {"<c r=\"B2\" t=\"s\"><v>1</v></c>", CellKind::kText, "行\n二_x0041_", false},
      {"<c r=\"B2\" t=\"s\"><v>2</v></c>", CellKind::kText, "富文本", false},
      {"<c r=\"B2\" t=\"inlineStr\"><is><r><t>内</t></r><r><t>联</t></r></is></c>", CellKind::kText,
       "内联", false},
      {"<c r=\"B2\" t=\"inlineStr\"><is><t>=cmd|x</t></is></c>", CellKind::kText, "=cmd|x", false},
      {"<c r=\"B2\"><v>1.1000000000000001</v></c>", CellKind::kNumber, "1.1", false},
      {"<c r=\"B2\" t=\"n\" s=\"1\"><v>43831</v></c>", CellKind::kDate, "2020-01-01", false},
      {"<c r=\"B2\" s=\"2\"><v>10203</v></c>", CellKind::kNumber, "010203", false},
      {"<c r=\"B2\" s=\"3\"><v>43831.5</v></c>", CellKind::kDate, "2020-01-01 12:00:00", false},
      {"<c r=\"B2\" s=\"99\"><v>43831</v></c>", CellKind::kNumber, "43831", false},
      {"<c r=\"B2\"><f>A1+1</f><v>3</v></c>", CellKind::kNumber, "3", true},
      {"<c r=\"B2\" t=\"str\"><f>A1&amp;\"\"</f><v>乙</v></c>", CellKind::kText, "乙", true},
      {"<c r=\"B2\" t=\"str\"><f>\"\"</f><v></v></c>", CellKind::kEmpty, "", true},
      {"<c r=\"B2\" t=\"b\"><v>1</v></c>", CellKind::kText, "TRUE", false},
      {"<c r=\"B2\" t=\"e\"><v>#N/A</v></c>", CellKind::kError, "#N/A", false},
      {"<c r=\"B2\" t=\"d\"><v>2020-02-29T00:00:00</v></c>", CellKind::kDate, "2020-02-29", false},
      {"<c r=\"B2\" t=\"d\"><v>2020-02-29T01:02:03Z</v></c>", CellKind::kDate,
       "2020-02-29 01:02:03", false},
      {"<c r=\"B2\" s=\"1\"/>", CellKind::kEmpty, "", false},
      {"<c t=\"inlineStr\"><is><t>无址</t></is></c>", CellKind::kText, "无址", false},
  }));
  CAPTURE(c.cell);
  const Outcome outcome = ReadCell(c.cell, fixture);
  REQUIRE(outcome.reason == "");
  REQUIRE(outcome.rows.size() == 1);
  CHECK(outcome.rows[0].problems.empty());
  CHECK(outcome.rows[0].number == 2);
  const Cell& cell = outcome.rows[0].cells.at(1);
  CHECK(cell.kind == c.kind);
  CHECK(cell.text == c.text);
  CHECK(cell.formula == c.formula);
}

TEST_CASE("I08 a citizen number kept as a number is flagged as destroyed") {
  const auto mangled = [](const std::string& value) {
    return ReadCell(Fixture::Number("B2", value)).rows.at(0).cells.at(1).mangled;
  };
  CHECK(mangled("5.2010319800101101E+17"));
  CHECK(mangled("520103198001011234"));
  CHECK(mangled("1000000000000000"));
  CHECK_FALSE(mangled("999999999999999"));
  CHECK_FALSE(mangled("13800138000"));
  CHECK(ReadCell(Fixture::Text("B2", "5.20103E+17")).rows.at(0).cells.at(1).mangled);
  CHECK_FALSE(ReadCell(Fixture::Text("B2", "520103198001011234")).rows.at(0).cells.at(1).mangled);
}

TEST_CASE("I21 faults of a cell are named and reading goes on") {
  struct Case {
    std::string cell;
    const char* problem;
  };
  const auto c = GENERATE(values<Case>({
      {"<c r=\"B2\" t=\"s\"><v>7</v></c>", "XLSX_CELL_INVALID B2"},
      {"<c r=\"B2\" t=\"s\"><v>-1</v></c>", "XLSX_CELL_INVALID B2"},
      {"<c r=\"B2\"><v>NaN</v></c>", "XLSX_CELL_INVALID B2"},
      {"<c r=\"B2\"><v>INF</v></c>", "XLSX_CELL_INVALID B2"},
      {"<c r=\"B2\"><v>1e999</v></c>", "XLSX_CELL_INVALID B2"},
      {"<c r=\"B2\"><f>A1</f></c>", "XLSX_CELL_INVALID B2"},
      {Fixture::Text("D2", "x"), "FILE_ROW_TOO_MANY_CELLS D2"},
      {Fixture::Text("B2", std::string(33 << 10, 'x')), "FILE_CELL_TOO_LONG B2"},
      {Fixture::Text("B2", "_x0001_"), "FILE_CONTROL_CHARACTER B2"},
  }));
  CAPTURE(c.problem);
  Fixture fixture;
  fixture.sheet = Fixture::Sheet(kHeaderRow + "<row r=\"2\">" + Fixture::Text("A2", "甲") + c.cell +
                                 "</row><row r=\"4\">" + Fixture::Text("A4", "乙") + "</row>");
  const Outcome outcome = ReadAll(fixture.Bytes());
  REQUIRE(outcome.reason == "");
  REQUIRE(outcome.rows.size() == 2);
  CHECK(outcome.Problem(0) == c.problem);
  CHECK(outcome.rows[1].number == 4);
  CHECK(outcome.Line(1) == "乙|");
}

TEST_CASE("I21 a sheet is chosen by name, else the first visible one") {
  Fixture fixture;
  fixture.sheet = Fixture::Sheet(kHeaderRow);
  CHECK(ReadAll(fixture.Bytes()).header == Header{"姓名", "值"});
  Options options;
  options.sheet = "说明";
  CHECK(ReadAll(fixture.Bytes(), options).header == Header{"说明"});
  options.sheet = "没有";
  const Outcome outcome = ReadAll(fixture.Bytes(), options);
  CHECK(outcome.reason == "XLSX_SHEET_NOT_FOUND");
  CHECK(outcome.message.find("数据") != std::string::npos);
}

TEST_CASE("I21 prefixed names and the 1904 calendar are understood") {
  Fixture fixture;
  fixture.workbook_properties = "<workbookPr date1904=\"1\"/>";
  fixture.formats = {"yyyy/m/d"};
  fixture.sheet =
      "<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
      "<x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"inlineStr\"><x:is><x:t>日期</x:t></x:is></x:c>"
      "</x:row><x:row r=\"2\"><x:c r=\"A2\" s=\"1\"><x:v>42369</x:v></x:c></x:row></x:sheetData>"
      "</x:worksheet>";
  const Outcome outcome = ReadAll(fixture.Bytes());
  REQUIRE(outcome.rows.size() == 1);
  CHECK(outcome.Line(0) == "2020-01-01");
}

TEST_CASE("I21 merged cells are refused before the first row, with their place") {
  struct Case {
    const char* range;
    int64_t header_row;
    const char* reason;
  };
  const auto c = GENERATE(values<Case>({
      {"A1:B1", 1, "XLSX_HEADER_MERGED"},
      {"A1:A2", 1, "XLSX_HEADER_MERGED"},
      {"B3:B4", 1, "XLSX_BODY_MERGED"},
      {"D2:E2", 1, ""},  // right of the table
      {"A1:B1", 2, ""},  // a title above the header
      {"A1:A2", 2, "XLSX_HEADER_MERGED"},
      {"A3:A4", 2, "XLSX_BODY_MERGED"},
  }));
  CAPTURE(c.range, c.header_row);
  Fixture fixture;
  fixture.sheet =
      Fixture::Sheet(kHeaderRow + "<row r=\"2\">" + Fixture::Text("A2", "甲") +
                         Fixture::Text("B2", "乙") + "</row>",
                     std::string("<mergeCells><mergeCell ref=\"") + c.range + "\"/></mergeCells>");
  Options options;
  options.header_row = c.header_row;
  const Outcome outcome = ReadAll(fixture.Bytes(), options);
  CHECK(outcome.reason == c.reason);
  CHECK(outcome.field == (outcome.reason.empty() ? "" : c.range));
  CHECK(outcome.rows.empty() == (!outcome.reason.empty() || c.header_row == 2));
}

TEST_CASE("I21 document types and entities are never read") {
  const std::string doctype =
      GENERATE("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
               "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>",
               "<!DOCTYPE x>");
  const std::string part = GENERATE("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                                    "xl/workbook.xml", "_rels/.rels", "xl/styles.xml");
  CAPTURE(part);
  Fixture fixture;
  fixture.parts[part] = doctype + "<worksheet><sheetData/></worksheet>";
  fixture.sheet = Fixture::Sheet(kHeaderRow);
  CHECK(ReadAll(fixture.Bytes()).reason == "XLSX_DOCTYPE");
}

TEST_CASE("I21 zip bombs are refused before they are unpacked") {
  Fixture fixture;
  fixture.sheet = Fixture::Sheet(kHeaderRow);
  Options options;
  SECTION("compression") {
    fixture.parts["xl/media/image1.png"] = std::string(8 << 20, '\0');
    CHECK(ReadAll(fixture.Bytes()).reason == "XLSX_ZIP_BOMB");
  }
  SECTION("total size") {
    options.limits.uncompressed_bytes = 1000;
    CHECK(ReadAll(fixture.Bytes(), options).reason == "XLSX_ZIP_BOMB");
  }
  SECTION("number of entries") {
    for (int i = 0; i < 1000; ++i) fixture.parts["x/" + std::to_string(i)] = "";
    CHECK(ReadAll(fixture.Bytes()).reason == "XLSX_ZIP_BOMB");
  }
  SECTION("a size declared smaller than it is") {
    fixture.sheet = Fixture::Sheet(kHeaderRow + std::string(300'000, ' '));
    std::string bytes = fixture.Bytes();
    // The size stands in the local header and in the directory.
    std::string size;
    for (int i = 0; i < 4; ++i) size.push_back(static_cast<char>(fixture.sheet.size() >> (8 * i)));
    REQUIRE(absl::StrReplaceAll({{size, std::string("\x40\0\0\0", 4)}}, &bytes) >= 1);
    CHECK(ReadAll(bytes).reason == "XLSX_DAMAGED");
  }
  SECTION("shared strings") {
    fixture.strings = std::vector<std::string>(100, "0123456789");
    options.limits.shared_string_bytes = 1000;
    CHECK(ReadAll(fixture.Bytes(), options).reason == "XLSX_TOO_MANY_STRINGS");
  }
  SECTION("one long text referred to by every cell of a row") {
    fixture.strings = {std::string(1000, 'x')};
    options.limits.row_bytes = 2000;
    std::string rows = "<row r=\"1\">";
    for (int i = 0; i < 20; ++i) rows += "<c t=\"inlineStr\"><is><t>c</t></is></c>";
    rows += "</row><row r=\"2\">";
    for (int i = 0; i < 20; ++i) rows += "<c t=\"s\"><v>0</v></c>";
    fixture.sheet = Fixture::Sheet(rows + "</row>");
    CHECK(ReadAll(fixture.Bytes(), options).Problem(0) == "FILE_ROW_TOO_LONG row 2");
  }
}

TEST_CASE("I21 hostile XML is refused") {
  struct Case {
    const char* name;
    std::string sheet;
  };
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  std::string noise;  // does not compress, so that only the tag's length is at fault
  for (uint32_t i = 0, x = 1; i < 2'000'000; ++i) {
    x = x * 1664525 + 1013904223;
    noise.push_back(static_cast<char>('a' + (x >> 24) % 26));
  }
  const auto c = GENERATE_COPY(values<Case>({
      {"not XML", "姓名,值"},
      {"empty", ""},
      {"not closed", "<worksheet><sheetData><row r=\"1\">"},
      {"deep", deep},
      {"long tag", "<worksheet a=\"" + noise + "\"/>"},
      {"undefined entity", Fixture::Sheet("<row r=\"1\"><c><v>&x;</v></c></row>")},
      {"bytes that are not UTF-8", Fixture::Sheet("<row r=\"1\"><c><v>\xff</v></c></row>")},
      {"rows out of order", Fixture::Sheet(kHeaderRow + kHeaderRow)},
      {"row 0", Fixture::Sheet("<row r=\"0\"/>")},
      {"row beyond the sheet", Fixture::Sheet("<row r=\"1048577\"/>")},
      {"row not a number", Fixture::Sheet("<row r=\"x\"/>")},
      {"column beyond the sheet",
       Fixture::Sheet("<row r=\"1\">" + Fixture::Text("XFE1", "x") + "</row>")},
      {"cell of another row",
       Fixture::Sheet("<row r=\"1\">" + Fixture::Text("A2", "x") + "</row>")},
      {"columns out of order", Fixture::Sheet("<row r=\"1\">" + Fixture::Text("B1", "x") +
                                              Fixture::Text("A1", "x") + "</row>")},
      {"merge not a range",
       Fixture::Sheet(kHeaderRow, "<mergeCells><mergeCell ref=\"A\"/></mergeCells>")},
  }));
  CAPTURE(c.name);
  Fixture fixture;
  fixture.sheet = c.sheet;
  CHECK(ReadAll(fixture.Bytes()).reason == "XLSX_DAMAGED");
}

TEST_CASE("I21 damaged and foreign archives") {
  Fixture fixture;
  fixture.sheet = Fixture::Sheet(kHeaderRow);
  const std::string bytes = fixture.Bytes();
  CHECK(ReadAll(bytes.substr(0, bytes.size() / 2)).reason == "XLSX_DAMAGED");
  CHECK(ReadAll(XlsxFixture::Zip({{"word.txt", "x"}})).reason == "XLSX_PART_MISSING");
  fixture.parts["_rels/.rels"] =
      "<Relationships><Relationship Type=\"a/officeDocument\" Target=\"xl/workbook.bin\"/>"
      "</Relationships>";
  CHECK(ReadAll(fixture.Bytes()).reason == "XLSX_PART_MISSING");
  Fixture empty;
  empty.sheet = Fixture::Sheet("");
  CHECK(ReadAll(empty.Bytes()).reason == "FILE_HEADER_MISSING");
  empty.sheet = Fixture::Sheet("<row r=\"2\">" + Fixture::Text("A2", "x") + "</row>");
  CHECK(ReadAll(empty.Bytes()).reason == "FILE_HEADER_MISSING");
}

TEST_CASE("I21 every cut of a workbook is an error or a table, never a crash") {
  Fixture fixture;
  fixture.sheet = Fixture::Sheet(kHeaderRow);
  const std::string bytes = fixture.Bytes();
  for (size_t length = 4; length < bytes.size(); length += 7) {
    CHECK(ReadAll(bytes.substr(0, length)).reason != "");
  }
}

TEST_CASE("I21 a full sheet of 1,048,576 rows is streamed") {
  Fixture fixture;
  std::string rows = kHeaderRow;
  const int64_t last = 1'048'576;
  for (int64_t i = 2; i <= last; ++i) {
    absl::StrAppend(&rows, "<row r=\"", i, "\"><c r=\"A", i, "\"><v>", i * 7919 % 1000003,
                    "</v></c></row>");
  }
  fixture.sheet = Fixture::Sheet(rows);
  const TestFile file(fixture.Bytes());
  auto reader = TableReader::Open(file.path());
  REQUIRE(reader.ok());
  Row row;
  int64_t count = 0;
  bool in_order = true;
  auto more = (*reader)->Next(row);
  const Progress early = (*reader)->progress();
  CHECK(early.bytes_read < early.bytes_total / 100);
  for (; more.ok() && *more; more = (*reader)->Next(row)) {
    ++count;
    in_order &= row.number == count + 1;
  }
  REQUIRE(more.ok());
  CHECK(in_order);
  CHECK(count == last - 1);
}

}  // namespace
}  // namespace fupin::tabular
