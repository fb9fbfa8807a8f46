// What a spreadsheet shows for a number: the number formats of XLSX.
#ifndef FUPIN_LIBS_TABULAR_NUMBER_FORMAT_H_
#define FUPIN_LIBS_TABULAR_NUMBER_FORMAT_H_

#include "absl/strings/string_view.h"
#include "libs/tabular/cell.h"

namespace fupin::tabular {

struct NumberFormat {
  enum class Kind {
    kNumber,
    kDate,      // shown without a time
    kDateTime,  // shown with a time
    kTime,      // time of day
    kElapsed,   // hours that may exceed 24
    kPadded,    // "000000": leading zeros up to `width`
  };
  Kind kind = Kind::kNumber;
  int width = 0;
};

// Formats that have a number only (ECMA-376 18.8.30, with the East Asian ones).
NumberFormat BuiltinFormat(int id);

// Of a format code: "yyyy\-mm\-dd;@", "[$-804]yyyy\"年\"m\"月\"", "0.00E+00", "000000".
NumberFormat ParseFormat(absl::string_view code);

// The decimal text of `value`, which is finite: shortest that gives the same number, at most 15
// digits as spreadsheets keep. `mangled` if it is a whole number of more than 15 digits.
struct NumberText {
  std::string text;
  bool mangled = false;
};
NumberText FormatNumber(double value);

// The cell as shown. Dates before 1900 and after 9999 stay numbers. Decimals and percent signs are
// not applied: the stored value is given, not the rounded one.
Cell FormatCell(double value, NumberFormat format, bool date1904);

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_NUMBER_FORMAT_H_
