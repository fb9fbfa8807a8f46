#include "libs/tabular/row_builder.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/tabular/problems.h"

namespace fupin::tabular {
namespace {

constexpr size_t kProblemsPerRow = 10;
constexpr absl::string_view kReplacement = "\xef\xbf\xbd";
// A spreadsheet shows numbers of 12 digits and more as 1.23457E+11.
constexpr int kFirstMangledExponent = 11;

// What counts as white space at the ends of a cell, beside ASCII.
constexpr absl::string_view kSpaces[] = {
    "\xe3\x80\x80",  // U+3000 full-width space
    "\xc2\xa0",      // U+00A0 no-break space
    "\xef\xbb\xbf",  // U+FEFF byte order mark
    "\xe2\x80\x8b",  // U+200B zero-width space
};

bool HasControl(absl::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7f) return true;
  }
  return false;
}

}  // namespace

absl::string_view Trim(absl::string_view text) {
  for (bool more = true; more;) {
    more = false;
    text = absl::StripAsciiWhitespace(text);
    for (const absl::string_view space : kSpaces) {
      more |= absl::ConsumePrefix(&text, space);
      more |= absl::ConsumeSuffix(&text, space);
    }
  }
  return text;
}

bool IsBlank(absl::string_view text) { return Trim(text).empty(); }

bool IsMangledText(absl::string_view text) {
  text = Trim(text);
  if (text.size() < 4 || text.size() > 30) return false;
  const size_t e = text.find_first_of("eE");
  if (e == absl::string_view::npos || e == 0) return false;
  absl::string_view mantissa = text.substr(0, e);
  if (!absl::ConsumePrefix(&mantissa, "-")) absl::ConsumePrefix(&mantissa, "+");
  if (mantissa.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(mantissa[0]))) {
    return false;
  }
  for (const char c : mantissa.substr(1)) {
    if (c != '.' && !absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  absl::string_view exponent = text.substr(e + 1);
  if (!absl::ConsumePrefix(&exponent, "+")) return false;
  int value = 0;
  return exponent.size() <= 3 && absl::SimpleAtoi(exponent, &value) &&
         value >= kFirstMangledExponent;
}

void RowBuilder::Begin(Row* row, size_t columns, int64_t number, int64_t line) {
  row_ = row;
  columns_ = columns;
  bytes_ = 0;
  too_long_ = false;
  too_many_ = false;
  row->number = number;
  row->line = line;
  row->cells.clear();
  row->problems.clear();
}

void RowBuilder::Put(size_t column, Cell cell) {
  if (column >= columns_) {
    if (too_many_ || IsBlank(cell.text)) return;
    too_many_ = true;
    AddProblem(
        CellProblem("FILE_ROW_TOO_MANY_CELLS", row_->number, column,
                    absl::StrCat("表头只有", columns_,
                                 "列，此处却有内容；请删除多余内容，或检查前面的分隔符和引号"),
                    absl::StrCat("the header has only ", columns_,
                                 " columns; delete what stands here, or check separators "
                                 "and quotes before it")));
    return;
  }
  if (cell.text.size() > limits_.cell_bytes) {
    AddProblem(CellProblem(
        "FILE_CELL_TOO_LONG", row_->number, column,
        absl::StrCat("内容超过", limits_.cell_bytes, "字节；请缩短"),
        absl::StrCat("the cell is longer than ", limits_.cell_bytes, " bytes; shorten it")));
    cell = Cell();
  }
  bytes_ += cell.text.size();
  if (bytes_ > limits_.row_bytes) {
    if (!too_long_) {
      too_long_ = true;
      AddProblem(
          RowProblem("FILE_ROW_TOO_LONG", row_->number,
                     absl::StrCat("整行超过", limits_.row_bytes, "字节；请检查换行符，或缩短内容"),
                     absl::StrCat("the row is longer than ", limits_.row_bytes,
                                  " bytes; check its line breaks, or shorten it")));
    }
    return;
  }
  if (absl::StrContains(cell.text, kReplacement)) {
    AddProblem(CellProblem(
        "FILE_TEXT_DAMAGED", row_->number, column,
        "文字已损坏（含无法识别的字符）；请从原系统重新导出，保存为 UTF-8 或 GB18030",
        "the text is damaged (bytes that are no character); export it again as UTF-8 or GB18030"));
  }
  if (HasControl(cell.text)) {
    AddProblem(CellProblem("FILE_CONTROL_CHARACTER", row_->number, column,
                           "含有不可见的控制字符；请删除后重新输入该单元格",
                           "the cell has invisible control characters; type it again"));
  }
  if (row_->cells.size() <= column) row_->cells.resize(column + 1);
  if (cell.kind == CellKind::kText && IsMangledText(cell.text)) cell.mangled = true;
  row_->cells[column] = std::move(cell);
}

void RowBuilder::AddProblem(Problem problem) {
  if (row_->problems.size() < kProblemsPerRow) row_->problems.push_back(std::move(problem));
}

void RowBuilder::Finish() { row_->cells.resize(columns_); }

}  // namespace fupin::tabular
