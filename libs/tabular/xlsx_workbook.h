// What must be known of a workbook before its sheet is read.
#ifndef FUPIN_LIBS_TABULAR_XLSX_WORKBOOK_H_
#define FUPIN_LIBS_TABULAR_XLSX_WORKBOOK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/tabular/number_format.h"
#include "libs/tabular/xlsx_package.h"

namespace fupin::tabular {

// Texts that cells refer to by number, in one block.
class SharedStrings {
 public:
  size_t size() const { return ends_.size(); }
  // Texts above the limit of a cell are cut at one byte above it.
  absl::string_view at(size_t index) const;

 private:
  friend class SharedStringsHandler;
  std::string bytes_;
  std::vector<size_t> ends_;
};

struct Workbook {
  std::string sheet_part;            // the chosen sheet
  std::vector<NumberFormat> styles;  // by style number of a cell
  SharedStrings strings;
  bool date1904 = false;
};

// XLSX_SHEET_NOT_FOUND (no sheet of options.sheet, or no visible one), XLSX_TOO_MANY_STRINGS, and
// the errors of XlsxPackage and XmlParser.
absl::StatusOr<Workbook> ReadWorkbook(const XlsxPackage& package, const Options& options);

// Cells on which a merged range lies, zero-based column, one-based row.
struct MergedRange {
  std::string name;  // "A1:C1"
  size_t first_column = 0;
  int64_t first_row = 0;
  int64_t last_row = 0;
};

// All of a sheet; reads it to its end. XLSX_DAMAGED above 100,000 of them.
absl::StatusOr<std::vector<MergedRange>> ReadMergedRanges(const XlsxPackage& package,
                                                          absl::string_view sheet_part);

// Replaces "_x000D_" and the like, by which XLSX writes characters XML has not.
std::string DecodeEscapes(absl::string_view text);

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_XLSX_WORKBOOK_H_
