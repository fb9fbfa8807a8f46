// Statuses and places of this library's errors.
#ifndef FUPIN_LIBS_TABULAR_PROBLEMS_H_
#define FUPIN_LIBS_TABULAR_PROBLEMS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::tabular {

// 0 -> "A", 26 -> "AA".
std::string ColumnLetters(size_t column);

// "C12" for column 2 of row 12.
std::string CellName(int64_t row, size_t column);

// Zero-based column and one-based row of "C12"; false if it is not such a name within the limits of
// a sheet (XFD1048576).
bool ParseCellName(absl::string_view name, size_t* column, int64_t* row);

// A problem whose field is the cell; the texts get "第12行第3列（C12）" and "row 12, column 3
// (C12)" in front.
Problem CellProblem(absl::string_view reason, int64_t row, size_t column, absl::string_view zh,
                    absl::string_view en);

// The same for a whole row.
Problem RowProblem(absl::string_view reason, int64_t row, absl::string_view zh,
                   absl::string_view en);

// INVALID_ARGUMENT for the whole file.
absl::Status FileStatus(absl::string_view reason, absl::string_view zh, absl::string_view en);

// `text` for use in a message: without control characters, at most 60 bytes, whole characters.
std::string Printable(absl::string_view text);

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_PROBLEMS_H_
