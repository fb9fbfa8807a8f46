// Reads the tables departments send (CSV in UTF-8, UTF-16 or GB18030; XLSX) row by row.
#ifndef FUPIN_LIBS_TABULAR_TABLE_READER_H_
#define FUPIN_LIBS_TABULAR_TABLE_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/tabular/cell.h"
#include "libs/tabular/options.h"

namespace fupin::tabular {

// Bytes of the table itself: of the file for CSV, of the unpacked sheet for XLSX.
struct Progress {
  int64_t bytes_read = 0;
  int64_t bytes_total = 0;
};

// One pass over one file. One thread at a time. The file must not change while it is read.
//
// A fault of the file ends reading with a status; a fault of one row stands in Row::problems and
// reading goes on. Statuses are INVALID_ARGUMENT with one of these reasons unless noted, in Chinese
// and English, naming row and column and never showing a value:
//   FILE_NOT_FOUND (code NOT_FOUND)  FILE_UNREADABLE (code UNAVAILABLE)  FILE_EMPTY  FILE_TOO_LARGE
//   FILE_NOT_TABLE  FILE_OLD_XLS  FILE_PASSWORD_PROTECTED  FILE_HEADER_MISSING
//   FILE_TOO_MANY_COLUMNS
//   CSV_QUOTE_NOT_CLOSED
//   XLSX_DAMAGED  XLSX_PART_MISSING  XLSX_DOCTYPE  XLSX_ZIP_BOMB  XLSX_TOO_MANY_STRINGS
//   XLSX_SHEET_NOT_FOUND  XLSX_HEADER_MERGED  XLSX_BODY_MERGED
// and, of the header as a status or of a row in Row::problems:
//   FILE_ROW_TOO_MANY_CELLS  FILE_ROW_TOO_LONG  FILE_CELL_TOO_LONG  FILE_TEXT_DAMAGED
//   FILE_CONTROL_CHARACTER  CSV_QUOTE_MISPLACED  XLSX_CELL_INVALID
//
// No errors: blank rows (skipped, but counted in Row::number), empty cells right of the header,
// rows shorter than the header, text that begins with = + - @ (it is text).
class TableReader {
 public:
  virtual ~TableReader() = default;
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  // Opens `path` as what its bytes are, whatever its name says, and reads the header.
  // A CSV file is read once before (to know its encoding), so is the sheet of an XLSX file (merged
  // cells are listed at its end, and a file must be refused before its first row is taken).
  static absl::StatusOr<std::unique_ptr<TableReader>> Open(const std::string& path,
                                                           const Options& options = {});

  // Trimmed texts of the header row; blank cells at its end are cut off, others are "".
  const std::vector<std::string>& header() const { return header_; }

  // Replaces `row` by the next row that is not blank; false at the end. After an error every call
  // returns that error again.
  absl::StatusOr<bool> Next(Row& row);

  virtual Progress progress() const = 0;

 protected:
  explicit TableReader(const Options& options) : options_(options) {}

  // Reads rows until the header; to be called once by each kind of reader when it is ready.
  absl::Status ReadHeader();
  const Options& options() const { return options_; }

 private:
  // The next row of the file, blank or not, with at most `columns` cells; false at the end.
  virtual absl::StatusOr<bool> ReadRow(size_t columns, Row& row) = 0;

  const Options options_;
  std::vector<std::string> header_;
  absl::Status failed_;
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_TABLE_READER_H_
