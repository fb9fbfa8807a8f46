// Writes a table as XLSX: every cell is a text or a number, none is a formula.
#ifndef FUPIN_LIBS_TABULAR_XLSX_WRITER_H_
#define FUPIN_LIBS_TABULAR_XLSX_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

struct lxw_workbook;
struct lxw_worksheet;

namespace fupin::tabular {

struct XlsxColumn {
  std::string name;
  double width = 12;     // in characters
  bool numeric = false;  // cells that are plain decimal numbers become numbers
};

// A file that appears under its name only when it is complete. Rows are written as they come; none
// is kept. One thread at a time.
class XlsxWriter {
 public:
  // FILE_UNWRITABLE (UNAVAILABLE), here or at Close. `sheet`: its name, at most 31 characters.
  static absl::StatusOr<std::unique_ptr<XlsxWriter>> Create(const std::string& path,
                                                            const std::string& sheet,
                                                            std::vector<XlsxColumn> columns);
  // Without Close the file is thrown away.
  ~XlsxWriter();
  XlsxWriter(const XlsxWriter&) = delete;
  XlsxWriter& operator=(const XlsxWriter&) = delete;

  // FILE_TOO_MANY_ROWS (FAILED_PRECONDITION): a sheet holds 1,048,576 rows.
  absl::Status Write(absl::Span<const std::string> cells);
  // Must be the last call.
  absl::Status Close();

 private:
  XlsxWriter(std::string path, lxw_workbook* book, std::vector<XlsxColumn> columns)
      : path_(std::move(path)), book_(book), columns_(std::move(columns)) {}

  const std::string path_;
  lxw_workbook* book_;
  lxw_worksheet* sheet_ = nullptr;
  const std::vector<XlsxColumn> columns_;
  uint32_t row_ = 0;
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_XLSX_WRITER_H_
