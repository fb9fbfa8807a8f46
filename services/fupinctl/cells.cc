#include "services/fupinctl/cells.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/status/macros.h"
#include "libs/status/reasons.h"

namespace fupin::fupinctl {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr Reason kReasons[] = {
    {"CELL_NUMBER", kInvalid, "不是数字,请填写十进制数", "not a number; write a decimal number"},
    {"CELL_YES_NO", kInvalid, "请填写 是 或 否", "write yes or no"},
    {"MONEY_DECIMALS", kInvalid, "金额最多两位小数(分),请核对", "money has at most two decimals"},
};
constexpr ReasonTable kTable(kReasons);

}  // namespace

std::string NormaliseDate(const std::string& text) {
  if (text.size() == 8 && text.find_first_not_of("0123456789") == std::string::npos) {
    return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
  }
  const std::vector<std::string> parts =
      absl::StrSplit(absl::StrReplaceAll(text, {{"/", "-"}, {".", "-"}}), '-');
  int year = 0;
  int month = 0;
  int day = 0;
  if (parts.size() == 3 && parts[0].size() == 4 && absl::SimpleAtoi(parts[0], &year) &&
      absl::SimpleAtoi(parts[1], &month) && absl::SimpleAtoi(parts[2], &day)) {
    return absl::StrFormat("%04d-%02d-%02d", year, month, day);
  }
  return text;
}

std::optional<bool> ToYesNo(const std::string& text) {
  const std::string lower = absl::AsciiStrToLower(text);
  for (const char* yes : {"是", "有", "1", "true", "y", "yes", "√"}) {
    if (lower == yes) return true;
  }
  for (const char* no : {"否", "无", "0", "false", "n", "no", "×"}) {
    if (lower == no) return false;
  }
  return std::nullopt;
}

absl::StatusOr<contract::Value> ToValue(const contract::Field& field, const std::string& cell,
                                        bool in_yuan) {
  const std::string text(absl::StripAsciiWhitespace(cell));
  if (text.empty()) return contract::Value(std::monostate());
  const std::string& name = field.name;
  if (field.type == contract::FieldType::kText) {
    return contract::Value(field.options.format() == contract::v1::FORMAT_DATE ? NormaliseDate(text)
                                                                               : text);
  }
  if (field.type == contract::FieldType::kBool) {
    if (const auto yes = ToYesNo(text)) return contract::Value(*yes);
    return kTable.Refuse("CELL_YES_NO", name, "");
  }
  const auto number = fixed::ParseMicro(absl::StrReplaceAll(text, {{",", ""}, {"，", ""}}));
  if (!number.ok()) return kTable.Refuse("CELL_NUMBER", name, "");
  fixed::Micro value = *number;
  if (in_yuan) {
    if (value.units % (fixed::kMicroPerOne / 100) != 0) {
      return kTable.Refuse("MONEY_DECIMALS", name, "");
    }
    ASSIGN_OR_RETURN(value, fixed::MicroFromInteger(value.units / (fixed::kMicroPerOne / 100)));
  } else if (field.type == contract::FieldType::kInteger &&
             value.units % fixed::kMicroPerOne != 0) {
    return kTable.Refuse(field.options.unit() == "fen" ? "MONEY_DECIMALS" : "CELL_NUMBER", name,
                         "");
  }
  return contract::Value(value);
}

}  // namespace fupin::fupinctl
