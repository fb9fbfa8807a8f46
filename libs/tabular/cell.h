// One cell and one row of a table that somebody sent, as text.
#ifndef FUPIN_LIBS_TABULAR_CELL_H_
#define FUPIN_LIBS_TABULAR_CELL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "libs/status/status.h"

namespace fupin::tabular {

enum class CellKind {
  kEmpty,
  kText,    // every non-empty cell of a CSV file; text, TRUE/FALSE and times of day of an XLSX file
  kNumber,  // plain decimal text without float noise: "0.3", "-12", "520000"
  kDate,    // "YYYY-MM-DD", or "YYYY-MM-DD HH:MM:SS" where the cell shows a time; "1900-01-00" and
            // "1900-02-29" are possible, as the spreadsheet shows them
  kError,   // "#N/A", "#REF!": the spreadsheet itself found no value
};

struct Cell {
  CellKind kind = CellKind::kEmpty;
  // The value was computed; `text` is the result the spreadsheet stored, empty if it stored none.
  bool formula = false;
  // A spreadsheet kept only the first digits of a long number ("5.20101E+17", or a number cell of
  // more than 15 digits): an identity or account number in it is destroyed.
  bool mangled = false;
  std::string text;  // UTF-8, not trimmed; line breaks inside a cell are "\n"
};

struct Row {
  // As the spreadsheet counts: the header of a plain file is 1, blank rows count too.
  int64_t number = 0;
  // First line of the row in a text editor; differs from `number` after cells with line breaks.
  // 0 for XLSX.
  int64_t line = 0;
  std::vector<Cell> cells;  // as many as the header has
  // Why this row cannot be used (at most 10). Reading goes on with the next row.
  std::vector<Problem> problems;
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_CELL_H_
