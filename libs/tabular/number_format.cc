#include "libs/tabular/number_format.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

namespace fupin::tabular {
namespace {

using Kind = NumberFormat::Kind;

constexpr int kKeptDigits = 15;
constexpr double kFirstMangled = 1e15;
constexpr double kSmallestPlain = 1e-15;
constexpr double kLargestPlain = 1e21;
constexpr double kDaysEnd = 2958466;  // the day after 9999-12-31
constexpr int kDays1904 = 1462;
constexpr int kSecondsPerDay = 86400;
constexpr int kMaxWidth = 30;

std::string Chars(double value, std::chars_format format) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value, format);
  return std::string(buffer, result.ptr);
}

std::string Scientific(double value) { return absl::StrFormat("%.*e", kKeptDigits - 1, value); }

// The date a spreadsheet shows for a day number: it believes in 29 February 1900 (day 60).
std::string DayText(int day) {
  if (day == 0) return "1900-01-00";
  if (day == 60) return "1900-02-29";
  const absl::CivilDay date = absl::CivilDay(1899, 12, day < 60 ? 31 : 30) + day;
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

std::string ClockText(int64_t seconds) {
  return absl::StrFormat("%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

NumberFormat BuiltinFormat(int id) {
  switch (id) {
    case 14:
    case 15:
    case 16:
    case 17:
    case 27:
    case 28:
    case 29:
    case 30:
    case 31:
    case 36:
    case 50:
    case 51:
    case 52:
    case 53:
    case 54:
    case 57:
    case 58:
      return {Kind::kDate};
    case 22:
      return {Kind::kDateTime};
    case 18:
    case 19:
    case 20:
    case 21:
    case 32:
    case 33:
    case 34:
    case 35:
    case 45:
    case 47:
    case 55:
    case 56:
      return {Kind::kTime};
    case 46:
      return {Kind::kElapsed};
    default:
      return {};
  }
}

NumberFormat ParseFormat(absl::string_view code) {
  std::string plain;  // the first section without quoted text, escapes, brackets; lower case
  bool elapsed = false;
  for (size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    const char c = code[i];
    if (c == '"') {
      i = code.find('"', i + 1);
      if (i == absl::string_view::npos) break;
    } else if (c == '[') {
      const size_t end = code.find(']', i);
      if (end == absl::string_view::npos) break;
      const std::string inside = absl::AsciiStrToLower(code.substr(i + 1, end - i - 1));
      elapsed |= !inside.empty() && inside.find_first_not_of(inside[0]) == std::string::npos &&
                 (inside[0] == 'h' || inside[0] == 'm' || inside[0] == 's');
      i = end;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else {
      plain.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    }
  }
  if (elapsed) return {Kind::kElapsed};
  if (absl::StrContains(plain, "general")) return {};
  // A date format has no digit places, but may end in fractions of a second ("ss.00").
  const bool time = plain.find_first_of("hs") != std::string::npos;
  if (!time && plain.find_first_of("0#?") != std::string::npos) {
    if (plain.size() > 1 && plain.size() <= kMaxWidth &&
        plain.find_first_not_of('0') == std::string::npos) {
      return {Kind::kPadded, static_cast<int>(plain.size())};
    }
    return {};
  }
  const bool day = plain.find_first_of("yde") != std::string::npos;
  if (time) return {day ? Kind::kDateTime : Kind::kTime};
  return {day || absl::StrContains(plain, 'm') ? Kind::kDate : Kind::kNumber};
}

NumberText FormatNumber(double value) {
  if (value == 0) return {"0", false};
  const double size = std::fabs(value);
  if (size >= kFirstMangled) {
    // 15 digits and zeros, as the spreadsheet shows it.
    std::string text = Scientific(value);
    if (size >= kLargestPlain) return {std::move(text), true};
    const size_t e = text.find('e');
    const size_t exponent = static_cast<size_t>(std::atoi(text.c_str() + e + 1));
    text.resize(e);
    text.erase(text.find('.'), 1);
    text.append(exponent + 1 - kKeptDigits, '0');
    return {std::move(text), true};
  }
  // 0.1 + 0.2 is 0.3 to the one who looks at the cell.
  const double kept = std::strtod(Scientific(value).c_str(), nullptr);
  return {Chars(kept,
                size >= kSmallestPlain ? std::chars_format::fixed : std::chars_format::scientific),
          kept >= kFirstMangled || kept <= -kFirstMangled};
}

Cell FormatCell(double value, NumberFormat format, bool date1904) {
  Cell cell;
  const auto as_number = [&] {
    auto number = FormatNumber(value);
    cell.kind = CellKind::kNumber;
    cell.mangled = number.mangled;
    cell.text = std::move(number.text);
    return cell;
  };
  if (format.kind == Kind::kNumber) return as_number();
  if (format.kind == Kind::kPadded) {
    as_number();
    const size_t width = static_cast<size_t>(format.width);
    const bool whole = cell.text.find_first_not_of("0123456789") == std::string::npos;
    if (whole && cell.text.size() < width) cell.text.insert(0, width - cell.text.size(), '0');
    return cell;
  }
  const double shown = value + (date1904 && value >= 0 ? kDays1904 : 0);
  if (!(value >= 0) || shown >= kDaysEnd) return as_number();
  int64_t day = static_cast<int64_t>(std::floor(shown));
  int64_t second = std::llround((shown - std::floor(shown)) * kSecondsPerDay);
  switch (format.kind) {
    case Kind::kTime:
      cell.kind = CellKind::kText;
      cell.text = ClockText(second % kSecondsPerDay);
      return cell;
    case Kind::kElapsed:
      cell.kind = CellKind::kText;
      cell.text = ClockText(std::llround(value * kSecondsPerDay));
      return cell;
    case Kind::kDateTime:
      if (second == kSecondsPerDay) {
        second = 0;
        if (static_cast<double>(++day) >= kDaysEnd) return as_number();
      }
      break;
    default:
      break;
  }
  cell.kind = CellKind::kDate;
  cell.text = DayText(static_cast<int>(day));
  if (format.kind == Kind::kDateTime) cell.text += " " + ClockText(second);
  return cell;
}

}  // namespace fupin::tabular
