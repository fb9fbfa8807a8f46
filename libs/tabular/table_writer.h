// Writes small tables for people: CSV that spreadsheets open correctly and that runs nothing.
#ifndef FUPIN_LIBS_TABULAR_TABLE_WRITER_H_
#define FUPIN_LIBS_TABULAR_TABLE_WRITER_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fupin::tabular {

// Begins every CSV file we give out; without it spreadsheets take UTF-8 for GBK.
constexpr char kCsvStart[] = "\xef\xbb\xbf";

// One line with CRLF (RFC 4180). A cell that a spreadsheet would run as a formula (first character
// = + - @, also full-width, tab or carriage return) gets an apostrophe in front, unless it is a
// plain number. NUL is left out.
std::string CsvLine(absl::Span<const std::string> cells);

// A file that appears under its name only when it is complete. One thread at a time.
class TableWriter {
 public:
  // Writes to `path` + ".part". FILE_UNWRITABLE (UNAVAILABLE) if that cannot be made.
  static absl::StatusOr<std::unique_ptr<TableWriter>> Create(const std::string& path);
  // Without Close the file is thrown away.
  ~TableWriter();
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

  absl::Status Write(absl::Span<const std::string> cells);
  // Syncs and renames; must be the last call.
  absl::Status Close();

 private:
  TableWriter(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

  const std::string path_;
  std::FILE* file_;
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_TABLE_WRITER_H_
