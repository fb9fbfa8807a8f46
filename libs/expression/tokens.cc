#include "libs/expression/tokens.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::expression {
namespace {

constexpr size_t kMaxLength = 4096;

constexpr std::array<absl::string_view, 5> kFunctions = {"min", "max", "abs", "floor", "ceil"};
constexpr std::array<absl::string_view, 6> kWords = {"and", "or", "not", "true", "false", "nil"};
constexpr std::array<absl::string_view, 16> kStatements = {
    "break", "do", "else",  "elseif", "end",    "for",  "function", "goto",
    "if",    "in", "local", "repeat", "return", "then", "until",    "while"};
// Longest first, so that "<=" is not read as "<" and "=".
constexpr std::array<absl::string_view, 17> kOperators = {
    "..", "//", "==", "~=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^", ",", "(", ")"};

template <size_t kSize>
bool Contains(const std::array<absl::string_view, kSize>& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsNameStart(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool IsNamePart(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// Reads one expression from left to right.
class Reader {
 public:
  Reader(absl::string_view text, absl::string_view position, absl::Span<const std::string> inputs)
      : text_(text), position_(position), inputs_(inputs) {}

  absl::Status Read() {
    if (text_.size() > kMaxLength) {
      return Refuse("EXPRESSION_LENGTH", "表达式过长,最多 4096 字节", "longer than 4096 bytes");
    }
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (IsNameStart(c)) {
        RETURN_IF_ERROR(ReadName());
      } else if (absl::ascii_isdigit(c)) {
        ReadNumber();
      } else if (c == '"' || c == '\'') {
        RETURN_IF_ERROR(ReadString(c));
      } else {
        RETURN_IF_ERROR(ReadOperator());
      }
    }
    if (depth_ == 0) return absl::OkStatus();
    return Refuse("EXPRESSION_PARENTHESES", "括号未闭合", "a parenthesis is not closed");
  }

 private:
  absl::Status ReadName() {
    const size_t start = at_;
    while (at_ < text_.size() && IsNamePart(text_[at_])) ++at_;
    const absl::string_view name = text_.substr(start, at_ - start);
    if (Contains(kWords, name) || Contains(kFunctions, name)) return absl::OkStatus();
    if (std::find(inputs_.begin(), inputs_.end(), name) != inputs_.end()) return absl::OkStatus();
    at_ = start;
    return Refuse("EXPRESSION_NAME",
                  absl::StrCat("未知名称 \"", name, "\",只能用: ", absl::StrJoin(inputs_, ", "),
                               " 和 min max abs floor ceil"),
                  absl::StrCat("unknown name \"", name, "\"; known are: ",
                               absl::StrJoin(inputs_, ", "), " and min max abs floor ceil"));
  }

  // Takes what looks like a number; Lua judges it.
  void ReadNumber() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool sign = (c == '+' || c == '-') && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E');
      const bool point = c == '.' && !absl::StartsWith(text_.substr(at_), "..");
      if (!sign && !point && !IsNamePart(c)) return;
      ++at_;
    }
  }

  absl::Status ReadString(char quote) {
    const size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n' && text_[at_] != '\\') {
      ++at_;
    }
    if (at_ < text_.size() && text_[at_] == quote) {
      ++at_;
      return absl::OkStatus();
    }
    at_ = start;
    return Refuse("EXPRESSION_TOKEN", "字符串未闭合或含反斜杠",
                  "a string is not closed or contains a backslash");
  }

  absl::Status ReadOperator() {
    const absl::string_view rest = text_.substr(at_);
    // "..." would be taken for ".." otherwise; no number may start with a point either.
    if (!absl::StartsWith(rest, "...")) {
      for (absl::string_view op : kOperators) {
        if (!absl::StartsWith(rest, op)) continue;
        if (absl::StartsWith(rest, "--") || absl::StartsWith(rest, "<<") ||
            absl::StartsWith(rest, ">>")) {
          break;
        }
        if (op == "(") ++depth_;
        if (op == ")" && --depth_ < 0) {
          return Refuse("EXPRESSION_PARENTHESES", "括号多余", "a parenthesis too many");
        }
        at_ += op.size();
        return absl::OkStatus();
      }
    }
    const bool printable = absl::ascii_isprint(rest[0]);
    const std::string shown = printable ? std::string(rest.substr(0, 1)) : "?";
    return Refuse("EXPRESSION_TOKEN", absl::StrCat("不允许的符号 \"", shown, "\""),
                  absl::StrCat("\"", shown, "\" is not allowed here"));
  }

  absl::Status Refuse(absl::string_view reason, absl::string_view zh, absl::string_view en) const {
    int line = 1;
    int column = 1;
    for (size_t i = 0; i < at_ && i < text_.size(); ++i) {
      column = text_[i] == '\n' ? 1 : column + 1;
      line += text_[i] == '\n';
    }
    return ProblemStatus(
        absl::StatusCode::kInvalidArgument,
        {std::string(reason), std::string(position_),
         absl::StrCat(position_, ": 表达式第 ", line, " 行第 ", column, " 列: ", zh),
         absl::StrCat(position_, ": expression line ", line, " column ", column, ": ", en)});
  }

  absl::string_view text_;
  absl::string_view position_;
  absl::Span<const std::string> inputs_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

bool IsInputName(absl::string_view name) {
  if (name.empty() || !IsNameStart(name[0])) return false;
  if (!std::all_of(name.begin(), name.end(), IsNamePart)) return false;
  return !Contains(kFunctions, name) && !Contains(kWords, name) && !Contains(kStatements, name) &&
         name != "_ENV";
}

absl::Status CheckTokens(absl::string_view text, absl::string_view position,
                         absl::Span<const std::string> inputs) {
  return Reader(text, position, inputs).Read();
}

}  // namespace fupin::expression
