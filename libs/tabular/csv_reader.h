// CSV: RFC 4180 and what spreadsheets make of it.
#ifndef FUPIN_LIBS_TABULAR_CSV_READER_H_
#define FUPIN_LIBS_TABULAR_CSV_READER_H_

#include <memory>
#include <string>

#include "libs/tabular/row_builder.h"
#include "libs/tabular/table_reader.h"
#include "libs/tabular/text_source.h"

namespace fupin::tabular {

// Separated by , ; or tab (a first line "sep=;" names it and is not a row); cells may be quoted and
// then hold separators, doubled quotes and line breaks; lines end with CRLF, LF or CR, also mixed.
// A quote inside an unquoted cell is text.
class CsvReader : public TableReader {
 public:
  static absl::StatusOr<std::unique_ptr<TableReader>> Open(const std::string& path,
                                                           const Options& options);

  Progress progress() const override { return {source_->bytes_read(), source_->bytes_total()}; }

 private:
  CsvReader(const Options& options, std::unique_ptr<TextSource> source)
      : TableReader(options), source_(std::move(source)), builder_(options.limits) {}

  absl::StatusOr<bool> ReadRow(size_t columns, Row& row) override;
  // True if buffer_[at_] is there to be looked at.
  absl::StatusOr<bool> Fill();
  absl::Status DetectSeparator();

  const std::unique_ptr<TextSource> source_;
  RowBuilder builder_;
  char separator_ = ',';
  std::string buffer_;
  size_t at_ = 0;
  bool skip_line_feed_ = false;  // the one after a carriage return
  int64_t row_number_ = 0;
  int64_t line_ = 1;
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_CSV_READER_H_
