#include "libs/fixed/fixed.h"

#include <cmath>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/status.h"

namespace fupin::fixed {
namespace {

// From here on a double is too narrow to count millionths in: a number would not come back from its
// double unchanged.
constexpr double kWide = 4294967296.0;  // 2^32

absl::Status Refused(const char* reason, const char* zh, const char* en) {
  return ProblemStatus(absl::StatusCode::kInvalidArgument, {reason, "", zh, en});
}

absl::Status OutOfRange() {
  return Refused("NUMBER_RANGE", "数值过大,绝对值须小于 9.2 万亿",
                 "the number is too large; its absolute value must be below 9.2e12");
}

}  // namespace

absl::StatusOr<Micro> ParseMicro(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const absl::string_view all = text;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  int64_t units = 0;
  int digits = 0;
  int decimals = -1;  // -1: before the point
  for (const char c : text) {
    if (c == '.' && decimals < 0 && digits > 0) {
      decimals = 0;
      continue;
    }
    if (!absl::ascii_isdigit(c)) {
      return Refused("NUMBER_FORMAT", "不是数字,请填写十进制数,如 86.5",
                     "not a number; write a decimal number such as 86.5");
    }
    ++digits;
    if (decimals >= 0 && ++decimals > 6) {
      if (c != '0') {
        return Refused("NUMBER_DECIMALS", "小数位过多,最多 6 位",
                       "too many decimals; at most six are kept");
      }
      --decimals;
      continue;
    }
    if (__builtin_mul_overflow(units, int64_t{10}, &units) ||
        __builtin_add_overflow(units, int64_t{c - '0'}, &units)) {
      return OutOfRange();
    }
  }
  if (digits == 0 || decimals == 0 || all.size() > 40) {
    return Refused("NUMBER_FORMAT", "不是数字,请填写十进制数,如 86.5",
                   "not a number; write a decimal number such as 86.5");
  }
  for (int i = std::max(decimals, 0); i < 6; ++i) {
    if (__builtin_mul_overflow(units, int64_t{10}, &units)) return OutOfRange();
  }
  return Micro{negative ? -units : units};
}

absl::StatusOr<Micro> MicroFromInteger(int64_t value) {
  int64_t units = 0;
  if (__builtin_mul_overflow(value, kMicroPerOne, &units)) return OutOfRange();
  return Micro{units};
}

absl::StatusOr<Micro> MicroFromDouble(double value) {
  if (!std::isfinite(value)) {
    return Refused("NUMBER_NOT_FINITE", "不是有限数(NaN 或无穷),请填写实际数值或留空",
                   "not a finite number (NaN or infinity); send the value or leave it out");
  }
  if (std::fabs(value) >= 9.2e12) return OutOfRange();
  if (std::fabs(value) < kWide) return Micro{std::llround(value * 1e6)};
  return Micro{std::llround(static_cast<long double>(value) * 1e6L)};
}

double ToDouble(Micro value) {
  if (std::llabs(value.units) < kWide * 1e6) return static_cast<double>(value.units) / 1e6;
  return static_cast<double>(static_cast<long double>(value.units) / 1e6L);
}

std::string ToText(Micro value) {
  const int64_t whole = value.units / kMicroPerOne;
  const int64_t rest = std::llabs(value.units % kMicroPerOne);
  std::string text = absl::StrCat(value.units < 0 && whole == 0 ? "-" : "", whole);
  if (rest == 0) return text;
  text += absl::StrFormat(".%06d", rest);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::string ToText(CentiPoints value) {
  return absl::StrFormat("%s%d.%02d", value.units < 0 ? "-" : "", std::abs(value.units) / 100,
                         std::abs(value.units) % 100);
}

}  // namespace fupin::fixed
