#include "libs/tabular/number_format.h"

#include <catch2/catch.hpp>

namespace fupin::tabular {
namespace {

using Kind = NumberFormat::Kind;

TEST_CASE("I11 which formats show a date") {
  struct Case {
    const char* code;
    Kind kind;
  };
  const auto c = GENERATE(values<Case>({
      {"General", Kind::kNumber},
      {"0.00", Kind::kNumber},
      {"0.00E+00", Kind::kNumber},
      {"#,##0.00_);[Red]\\(#,##0.00\\)", Kind::kNumber},
      {"0\"days\"", Kind::kNumber},
      {"0\\d", Kind::kNumber},
      {"@", Kind::kNumber},
      {"[Red]General", Kind::kNumber},
      {"¥#,##0.00;[Red]¥-#,##0.00", Kind::kNumber},
      {"yyyy-mm-dd", Kind::kDate},
      {"yyyy\\-mm\\-dd;@", Kind::kDate},
      {"[$-804]yyyy\"年\"m\"月\"d\"日\";@", Kind::kDate},
      {"YYYY/M/D", Kind::kDate},
      {"mmm", Kind::kDate},
      {"yyyy-mm-dd hh:mm:ss.00", Kind::kDateTime},
      {"m/d/yy h:mm AM/PM", Kind::kDateTime},
      {"h:mm", Kind::kTime},
      {"[h]:mm:ss", Kind::kElapsed},
      {"000000", Kind::kPadded},
      {"0", Kind::kNumber},
      {"\"unclosed", Kind::kNumber},
      {"[unclosed", Kind::kNumber},
      {"", Kind::kNumber},
  }));
  CAPTURE(c.code);
  CHECK(ParseFormat(c.code).kind == c.kind);
}

TEST_CASE("I11 the East Asian built-in formats are dates") {
  CHECK(BuiltinFormat(14).kind == Kind::kDate);
  CHECK(BuiltinFormat(31).kind == Kind::kDate);
  CHECK(BuiltinFormat(57).kind == Kind::kDate);
  CHECK(BuiltinFormat(22).kind == Kind::kDateTime);
  CHECK(BuiltinFormat(32).kind == Kind::kTime);
  CHECK(BuiltinFormat(46).kind == Kind::kElapsed);
  CHECK(BuiltinFormat(0).kind == Kind::kNumber);
  CHECK(BuiltinFormat(49).kind == Kind::kNumber);
}

TEST_CASE("I12 numbers come without float noise and without exponent") {
  struct Case {
    double value;
    const char* text;
    bool mangled;
  };
  const auto c = GENERATE(values<Case>({
      {0.0, "0", false},
      {-0.0, "0", false},
      {1.1000000000000001, "1.1", false},
      {0.1 + 0.2, "0.3", false},
      {100.0 * 1.1, "110", false},
      {-12.5, "-12.5", false},
      {520000.0, "520000", false},
      {1e-7, "0.0000001", false},
      {123456789012345.0, "123456789012345", false},
      {999999999999999.0, "999999999999999", false},
      {1e15, "1000000000000000", true},
      {520103198001011234.0, "520103198001011000", true},
      {-5.20103198001011e17, "-520103198001011000", true},
      {1e21, "1.00000000000000e+21", true},
      {1e308, "1.00000000000000e+308", true},
      {1e-300, "1e-300", false},
  }));
  CAPTURE(c.text);
  const NumberText number = FormatNumber(c.value);
  CHECK(number.text == c.text);
  CHECK(number.mangled == c.mangled);
}

TEST_CASE("I11 day numbers become the dates a spreadsheet shows") {
  struct Case {
    double value;
    Kind kind;
    bool date1904;
    CellKind cell;
    const char* text;
  };
  const auto c = GENERATE(values<Case>({
      {1, Kind::kDate, false, CellKind::kDate, "1900-01-01"},
      {59, Kind::kDate, false, CellKind::kDate, "1900-02-28"},
      {60, Kind::kDate, false, CellKind::kDate, "1900-02-29"},
      {61, Kind::kDate, false, CellKind::kDate, "1900-03-01"},
      {0, Kind::kDate, false, CellKind::kDate, "1900-01-00"},
      {43831, Kind::kDate, false, CellKind::kDate, "2020-01-01"},
      {43890, Kind::kDate, false, CellKind::kDate, "2020-02-29"},
      {42369, Kind::kDate, true, CellKind::kDate, "2020-01-01"},
      {0, Kind::kDate, true, CellKind::kDate, "1904-01-01"},
      {2958465, Kind::kDate, false, CellKind::kDate, "9999-12-31"},
      {2958466, Kind::kDate, false, CellKind::kNumber, "2958466"},
      {-1, Kind::kDate, false, CellKind::kNumber, "-1"},
      {1e300, Kind::kDate, false, CellKind::kNumber, "1.00000000000000e+300"},
      {43831.75, Kind::kDate, false, CellKind::kDate, "2020-01-01"},
      {43831.75, Kind::kDateTime, false, CellKind::kDate, "2020-01-01 18:00:00"},
      {43831.9999999, Kind::kDateTime, false, CellKind::kDate, "2020-01-02 00:00:00"},
      {2958465.9999999, Kind::kDateTime, false, CellKind::kNumber, "2958465.9999999"},
      {0.354166666666667, Kind::kTime, false, CellKind::kText, "08:30:00"},
      {1.5, Kind::kElapsed, false, CellKind::kText, "36:00:00"},
  }));
  CAPTURE(c.value, c.text);
  const Cell cell = FormatCell(c.value, {c.kind}, c.date1904);
  CHECK(cell.kind == c.cell);
  CHECK(cell.text == c.text);
}

TEST_CASE("I08 leading zeros shown by a format are kept") {
  CHECK(FormatCell(10203, {Kind::kPadded, 6}, false).text == "010203");
  CHECK(FormatCell(1234567, {Kind::kPadded, 6}, false).text == "1234567");
  CHECK(FormatCell(-5, {Kind::kPadded, 6}, false).text == "-5");
  CHECK(FormatCell(520103198001011234.0, {Kind::kPadded, 18}, false).mangled);
}

}  // namespace
}  // namespace fupin::tabular
