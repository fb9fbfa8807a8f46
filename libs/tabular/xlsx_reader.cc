#include "libs/tabular/xlsx_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/tabular/number_format.h"
#include "libs/tabular/problems.h"

namespace fupin::tabular {
namespace {

constexpr int64_t kSheetRows = 1'048'576;

// A merged range hides values: which row a merged cell belongs to, only a person can say.
absl::Status CheckMerged(const std::vector<MergedRange>& ranges, int64_t header_row,
                         size_t columns) {
  for (const MergedRange& range : ranges) {
    if (range.last_row < header_row || range.first_column >= columns) continue;
    const bool header = range.first_row <= header_row;
    return ProblemStatus(
        absl::StatusCode::kInvalidArgument,
        Problem{header ? "XLSX_HEADER_MERGED" : "XLSX_BODY_MERGED", range.name,
                header ? absl::StrCat("表头有合并单元格（", range.name,
                                      "）；表头应为一行、每列一个名称：请取消合并并补全列名，"
                                      "或删除表头上方的标题行")
                       : absl::StrCat("数据区有合并单元格（", range.name,
                                      "）；请取消合并，并在每一行填写各自的内容"),
                header
                    ? absl::StrCat("the header has merged cells (", range.name,
                                   "); it must be one row with one name per column: unmerge them "
                                   "and name each column, or delete the title above the header")
                    : absl::StrCat("the data have merged cells (", range.name,
                                   "); unmerge them and fill in each row")});
  }
  return absl::OkStatus();
}

}  // namespace

XlsxReader::XlsxReader(const Options& options, std::unique_ptr<XlsxPackage> package,
                       Workbook workbook, PartStream sheet)
    : TableReader(options),
      package_(std::move(package)),
      workbook_(std::move(workbook)),
      builder_(options.limits),
      parser_(std::move(sheet), *this) {}

absl::StatusOr<std::unique_ptr<TableReader>> XlsxReader::Open(const std::string& path,
                                                              const Options& options) {
  ASSIGN_OR_RETURN(auto package, XlsxPackage::Open(path, options.limits));
  ASSIGN_OR_RETURN(auto workbook, ReadWorkbook(*package, options));
  ASSIGN_OR_RETURN(const auto merged, ReadMergedRanges(*package, workbook.sheet_part));
  ASSIGN_OR_RETURN(PartStream sheet, package->OpenPart(workbook.sheet_part));
  auto reader = absl::WrapUnique(
      new XlsxReader(options, std::move(package), std::move(workbook), std::move(sheet)));
  // First without knowing how wide the table is, as a merged header may have no second name.
  for (const MergedRange& range : merged) {
    if (range.first_row <= options.header_row) {
      RETURN_IF_ERROR(CheckMerged({range}, options.header_row, options.limits.columns));
    }
  }
  RETURN_IF_ERROR(reader->ReadHeader());
  RETURN_IF_ERROR(CheckMerged(merged, options.header_row, reader->header().size()));
  return reader;
}

absl::StatusOr<bool> XlsxReader::ReadRow(size_t columns, Row& row) {
  columns_ = columns;
  row_ready_ = false;
  ASSIGN_OR_RETURN(const bool paused, parser_.Step());
  if (!paused) return false;
  FUPIN_CHECK(row_ready_);
  std::swap(row, row_);
  return true;
}

void XlsxReader::Start(int depth, absl::string_view name, const Attributes& attributes) {
  capture_ = false;
  if (depth == 2) {
    in_data_ = name == "sheetData";
  } else if (depth == 3 && in_data_ && name == "row") {
    StartRow(attributes);
  } else if (depth == 4 && in_row_ && name == "c") {
    StartCell(attributes);
  } else if (depth == 5 && in_cell_) {
    in_inline_ = name == "is";
    has_formula_ |= name == "f";
    capture_ = name == "v";
    has_value_ |= capture_ || in_inline_;
  } else if (depth == 6 && in_cell_ && in_inline_) {
    in_run_ = name == "r";
    capture_ = name == "t";
  } else if (depth == 7 && in_cell_ && in_inline_ && in_run_) {
    capture_ = name == "t";
  }
}

void XlsxReader::End(int depth, absl::string_view) {
  capture_ = false;
  if (depth == 2) in_data_ = false;
  if (depth == 3 && in_row_) {
    in_row_ = false;
    builder_.Finish();
    row_ready_ = true;
    Pause();
  } else if (depth == 4 && in_cell_) {
    in_cell_ = false;
    FinishCell();
  } else if (depth == 5) {
    in_inline_ = false;
  } else if (depth == 6) {
    in_run_ = false;
  }
}

void XlsxReader::Text(absl::string_view text) {
  if (!capture_) return;
  const size_t keep = options().limits.cell_bytes + 1;
  value_.append(text.data(), std::min(text.size(), keep - std::min(keep, value_.size())));
}

void XlsxReader::StartRow(const Attributes& attributes) {
  const absl::string_view number = attributes.Get("r");
  int64_t value = row_number_ + 1;
  if ((!number.empty() && !absl::SimpleAtoi(number, &value)) || value <= row_number_ ||
      value > kSheetRows) {
    return Fail(DamagedStatus(absl::StrCat(workbook_.sheet_part, " row ", row_number_ + 1)));
  }
  row_number_ = value;
  next_column_ = 0;
  in_row_ = true;
  builder_.Begin(&row_, columns_, row_number_, 0);
}

void XlsxReader::StartCell(const Attributes& attributes) {
  in_cell_ = true;
  in_inline_ = false;
  in_run_ = false;
  has_value_ = false;
  has_formula_ = false;
  value_.clear();
  column_ = next_column_;
  const absl::string_view address = attributes.Get("r");
  int64_t row = row_number_;
  if ((!address.empty() && !ParseCellName(address, &column_, &row)) || row != row_number_ ||
      column_ < next_column_) {
    return Fail(DamagedStatus(absl::StrCat(workbook_.sheet_part, " row ", row_number_)));
  }
  next_column_ = column_ + 1;
  type_ = std::string(attributes.Get("t"));
  if (!absl::SimpleAtoi(attributes.Get("s"), &style_)) style_ = 0;
}

void XlsxReader::AddInvalid(absl::string_view zh, absl::string_view en) {
  builder_.AddProblem(CellProblem("XLSX_CELL_INVALID", row_number_, column_, zh, en));
}

void XlsxReader::FinishCell() {
  Cell cell = Interpret();
  cell.formula = has_formula_;
  if (cell.kind != CellKind::kEmpty || cell.formula) builder_.Put(column_, std::move(cell));
}

Cell XlsxReader::Interpret() {
  Cell cell;
  const auto text = [&](CellKind kind, absl::string_view shown) {
    cell.kind = shown.empty() ? CellKind::kEmpty : kind;
    cell.text = std::string(shown);
    return cell;
  };
  if (has_formula_ && !has_value_) {
    if (column_ < columns_) {
      AddInvalid("公式没有保存计算结果；请用 Excel 或 WPS 打开并保存一次后重新上传",
                 "the formula has no stored result; open the file in a spreadsheet program, save "
                 "it and send it again");
    }
    return cell;
  }
  if (!has_value_) return cell;
  if (type_ == "inlineStr" || type_ == "str") return text(CellKind::kText, DecodeEscapes(value_));
  if (type_ == "s") {
    size_t index = 0;
    if (!absl::SimpleAtoi(value_, &index) || index >= workbook_.strings.size()) {
      AddInvalid("单元格引用的文字不存在；请用 Excel 或 WPS 另存后重新上传",
                 "the cell refers to a text that is not there; save the file again in a "
                 "spreadsheet program");
      return cell;
    }
    return text(CellKind::kText, workbook_.strings.at(index));
  }
  if (type_ == "b") return text(CellKind::kText, value_ == "1" ? "TRUE" : "FALSE");
  if (type_ == "e") return text(CellKind::kError, value_);
  if (type_ == "d") {
    // ISO 8601: the date alone if it is midnight.
    const size_t t = value_.find('T');
    if (t == std::string::npos) return text(CellKind::kDate, value_);
    const std::string clock = value_.substr(t + 1, 8);
    return text(CellKind::kDate, clock.find_first_not_of("0:") == std::string::npos
                                     ? value_.substr(0, t)
                                     : absl::StrCat(value_.substr(0, t), " ", clock));
  }
  if (value_.empty()) return cell;
  double number = 0;
  const bool digits = value_.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (!digits || !absl::SimpleAtod(value_, &number) || !std::isfinite(number)) {
    AddInvalid("数值无法识别；请重新输入该单元格",
               "the number cannot be read; type the cell again");
    return cell;
  }
  const NumberFormat format =
      style_ < workbook_.styles.size() ? workbook_.styles[style_] : NumberFormat();
  return FormatCell(number, format, workbook_.date1904);
}

}  // namespace fupin::tabular
