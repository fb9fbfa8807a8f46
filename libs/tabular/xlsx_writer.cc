#include "libs/tabular/xlsx_writer.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <cstdio>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/numbers.h"
#include "libs/status/status.h"

namespace fupin::tabular {
namespace {

constexpr size_t kMaxCell = 32'000;  // a cell holds 32,767 characters

absl::Status Unwritable() {
  return ProblemStatus(absl::StatusCode::kUnavailable,
                       Problem{"FILE_UNWRITABLE", "", "文件无法写入；请检查磁盘空间和权限后重试",
                               "the file cannot be written; check disk space and permissions"});
}

std::string PartPath(const std::string& path) { return path + ".part"; }

// What a spreadsheet keeps exactly, written without sign of anything else.
bool IsNumber(const std::string& text) {
  return !text.empty() && text.size() <= 15 &&
         text.find_first_not_of("0123456789.") == std::string::npos &&
         text.find_first_of("0123456789") != std::string::npos;
}

}  // namespace

absl::StatusOr<std::unique_ptr<XlsxWriter>> XlsxWriter::Create(const std::string& path,
                                                               const std::string& sheet,
                                                               std::vector<XlsxColumn> columns) {
  std::FILE* probe = std::fopen(PartPath(path).c_str(), "wb");
  if (probe == nullptr) return Unwritable();
  std::fclose(probe);
  lxw_workbook_options options = {};
  options.constant_memory = LXW_TRUE;
  lxw_workbook* book = workbook_new_opt(PartPath(path).c_str(), &options);
  if (book == nullptr) return Unwritable();
  auto writer = absl::WrapUnique(new XlsxWriter(path, book, std::move(columns)));
  writer->sheet_ = workbook_add_worksheet(book, sheet.c_str());
  if (writer->sheet_ == nullptr) return Unwritable();
  lxw_format* bold = workbook_add_format(book);
  format_set_bold(bold);
  // Texts stay as they are typed: a code does not become a number when a cell is edited.
  lxw_format* text = workbook_add_format(book);
  format_set_num_format(text, "@");
  for (size_t i = 0; i < writer->columns_.size(); ++i) {
    const XlsxColumn& column = writer->columns_[i];
    const auto at = static_cast<lxw_col_t>(i);
    worksheet_set_column(writer->sheet_, at, at, column.width, column.numeric ? nullptr : text);
    worksheet_write_string(writer->sheet_, 0, at, column.name.c_str(), bold);
  }
  worksheet_freeze_panes(writer->sheet_, 1, 0);
  return writer;
}

XlsxWriter::~XlsxWriter() {
  if (book_ == nullptr) return;
  workbook_close(book_);
  ::unlink(PartPath(path_).c_str());
}

absl::Status XlsxWriter::Write(absl::Span<const std::string> cells) {
  ++row_;
  if (row_ >= LXW_ROW_MAX) {
    return ProblemStatus(
        absl::StatusCode::kFailedPrecondition,
        Problem{"FILE_TOO_MANY_ROWS", "", "一个工作表最多 1048576 行，请导出为 CSV 或分区划导出",
                "a sheet holds 1,048,576 rows; write CSV, or smaller divisions"});
  }
  for (size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
    const auto at = static_cast<lxw_col_t>(i);
    double number = 0;
    if (cells[i].empty()) continue;
    const bool is_number =
        columns_[i].numeric && IsNumber(cells[i]) && absl::SimpleAtod(cells[i], &number);
    const lxw_error error =
        is_number ? worksheet_write_number(sheet_, row_, at, number, nullptr)
                  : worksheet_write_string(sheet_, row_, at, cells[i].substr(0, kMaxCell).c_str(),
                                           nullptr);
    if (error != LXW_NO_ERROR) return Unwritable();
  }
  return absl::OkStatus();
}

absl::Status XlsxWriter::Close() {
  const bool closed = workbook_close(std::exchange(book_, nullptr)) == LXW_NO_ERROR;
  const std::string part = PartPath(path_);
  if (closed && std::rename(part.c_str(), path_.c_str()) == 0) return absl::OkStatus();
  ::unlink(part.c_str());
  return Unwritable();
}

}  // namespace fupin::tabular
