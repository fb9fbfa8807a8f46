#include "libs/tabular/table_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/tabular/csv_reader.h"
#include "libs/tabular/file_kind.h"
#include "libs/tabular/problems.h"
#include "libs/tabular/row_builder.h"
#include "libs/tabular/xlsx_reader.h"

namespace fupin::tabular {
namespace {

bool IsBlankRow(const Row& row) {
  for (const Cell& cell : row.cells) {
    if (!IsBlank(cell.text)) return false;
  }
  return row.problems.empty();
}

}  // namespace

absl::StatusOr<std::unique_ptr<TableReader>> TableReader::Open(const std::string& path,
                                                               const Options& options) {
  ASSIGN_OR_RETURN(const FileKind kind, DetectFileKind(path, options.limits));
  if (kind == FileKind::kXlsx) return XlsxReader::Open(path, options);
  return CsvReader::Open(path, options);
}

absl::Status TableReader::ReadHeader() {
  Row row;
  do {
    // One column more than allowed, so that a wider header is seen.
    ASSIGN_OR_RETURN(const bool more, ReadRow(options_.limits.columns + 1, row));
    if (!more) {
      return FileStatus(
          "FILE_HEADER_MISSING",
          absl::StrCat("第", options_.header_row, "行应为表头，但表中没有这一行；请补上列名"),
          absl::StrCat("row ", options_.header_row,
                       " should be the header, but the table ends before; add the column names"));
    }
  } while (row.number < options_.header_row);
  std::vector<std::string> header;
  header.reserve(row.cells.size());
  for (const Cell& cell : row.cells) header.emplace_back(Trim(cell.text));
  while (!header.empty() && header.back().empty()) header.pop_back();
  const bool absent = row.number > options_.header_row;  // XLSX leaves blank rows out
  if (absent || (header.empty() && row.problems.empty())) {
    return FileStatus("FILE_HEADER_MISSING",
                      absl::StrCat("第", options_.header_row, "行应为表头，但是空行；请写列名"),
                      absl::StrCat("row ", options_.header_row,
                                   " should be the header, but is blank; write the column names"));
  }
  if (header.size() > options_.limits.columns) {
    return FileStatus("FILE_TOO_MANY_COLUMNS",
                      absl::StrCat("表头超过", options_.limits.columns, "列；请删除不需要的列"),
                      absl::StrCat("the header has more than ", options_.limits.columns,
                                   " columns; delete what is not needed"));
  }
  if (!row.problems.empty()) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(row.problems));
  }
  header_ = std::move(header);
  return absl::OkStatus();
}

absl::StatusOr<bool> TableReader::Next(Row& row) {
  do {
    RETURN_IF_ERROR(failed_);
    auto more = ReadRow(header_.size(), row);
    if (!more.ok()) failed_ = more.status();
    if (!more.ok() || !*more) return more;
  } while (IsBlankRow(row));
  return true;
}

}  // namespace fupin::tabular
