#include "libs/tabular/problems.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace fupin::tabular {
namespace {

constexpr int64_t kSheetRows = 1'048'576;
constexpr size_t kSheetColumns = 16'384;
constexpr size_t kPrintableBytes = 60;

}  // namespace

std::string ColumnLetters(size_t column) {
  std::string letters;
  for (size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.push_back(static_cast<char>('A' + (rest - 1) % 26));
  }
  std::reverse(letters.begin(), letters.end());
  return letters;
}

std::string CellName(int64_t row, size_t column) {
  return absl::StrCat(ColumnLetters(column), row);
}

bool ParseCellName(absl::string_view name, size_t* column, int64_t* row) {
  size_t at = 0;
  size_t letters = 0;
  for (; at < name.size() && name[at] >= 'A' && name[at] <= 'Z'; ++at) {
    letters = letters * 26 + static_cast<size_t>(name[at] - 'A' + 1);
    if (letters > kSheetColumns) return false;
  }
  int64_t digits = 0;
  const size_t first_digit = at;
  for (; at < name.size() && absl::ascii_isdigit(static_cast<unsigned char>(name[at])); ++at) {
    digits = digits * 10 + (name[at] - '0');
    if (digits > kSheetRows) return false;
  }
  if (letters == 0 || at == first_digit || at != name.size() || digits == 0) return false;
  *column = letters - 1;
  *row = digits;
  return true;
}

Problem CellProblem(absl::string_view reason, int64_t row, size_t column, absl::string_view zh,
                    absl::string_view en) {
  const std::string name = CellName(row, column);
  return {std::string(reason), name,
          absl::StrCat("第", row, "行第", column + 1, "列（", name, "）：", zh),
          absl::StrCat("row ", row, ", column ", column + 1, " (", name, "): ", en)};
}

Problem RowProblem(absl::string_view reason, int64_t row, absl::string_view zh,
                   absl::string_view en) {
  return {std::string(reason), absl::StrCat("row ", row), absl::StrCat("第", row, "行：", zh),
          absl::StrCat("row ", row, ": ", en)};
}

absl::Status FileStatus(absl::string_view reason, absl::string_view zh, absl::string_view en) {
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       Problem{std::string(reason), "", std::string(zh), std::string(en)});
}

std::string Printable(absl::string_view text) {
  std::string result;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) result.push_back(c);
  }
  if (result.size() > kPrintableBytes) {
    size_t end = kPrintableBytes;
    while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xc0) == 0x80) --end;
    result.resize(end);
    result += "…";
  }
  return result;
}

}  // namespace fupin::tabular
