// XLSX: the rows of one sheet, streamed from its archive.
#ifndef FUPIN_LIBS_TABULAR_XLSX_READER_H_
#define FUPIN_LIBS_TABULAR_XLSX_READER_H_

#include <memory>
#include <string>

#include "libs/tabular/row_builder.h"
#include "libs/tabular/table_reader.h"
#include "libs/tabular/xlsx_package.h"
#include "libs/tabular/xlsx_workbook.h"
#include "libs/tabular/xml_parser.h"

namespace fupin::tabular {

// Holds the shared strings and one row; never the sheet. Hidden rows and columns are read.
class XlsxReader : public TableReader, private XmlHandler {
 public:
  static absl::StatusOr<std::unique_ptr<TableReader>> Open(const std::string& path,
                                                           const Options& options);

  Progress progress() const override {
    return {parser_.stream().bytes_read(), parser_.stream().size()};
  }

 private:
  XlsxReader(const Options& options, std::unique_ptr<XlsxPackage> package, Workbook workbook,
             PartStream sheet);

  absl::StatusOr<bool> ReadRow(size_t columns, Row& row) override;

  void Start(int depth, absl::string_view name, const Attributes& attributes) override;
  void End(int depth, absl::string_view name) override;
  void Text(absl::string_view text) override;

  void StartRow(const Attributes& attributes);
  void StartCell(const Attributes& attributes);
  void FinishCell();
  // What the cell shows; kEmpty with a problem added if it cannot be known.
  Cell Interpret();
  void AddInvalid(absl::string_view zh, absl::string_view en);

  const std::unique_ptr<XlsxPackage> package_;
  const Workbook workbook_;
  RowBuilder builder_;

  Row row_;
  size_t columns_ = 0;
  bool row_ready_ = false;
  int64_t row_number_ = 0;
  size_t next_column_ = 0;  // of a cell without an address

  // Where the parser stands.
  bool in_data_ = false;
  bool in_row_ = false;
  bool in_cell_ = false;
  bool in_inline_ = false;
  bool in_run_ = false;
  bool capture_ = false;

  // The cell being read.
  size_t column_ = 0;
  std::string type_;
  size_t style_ = 0;
  bool has_value_ = false;
  bool has_formula_ = false;
  std::string value_;

  XmlParser parser_;  // last: it refers to this object
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_XLSX_READER_H_
