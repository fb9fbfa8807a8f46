#include "services/fupinctl/units.h"

#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/fixed/fixed.h"

namespace fupin::fupinctl {
namespace {

enum class Unit {
  kNone,
  kCentiPoints,
  kPermille,
  kFen,
  kCount,
  kMs,
  kHours,
  kSeconds,
  kMicro,
  kPerHundredThousand,
  kRate,
  kMember
};

struct Suffix {
  const char* text;
  Unit unit;
  bool in_label;  // belongs to the name, not only to the unit
};

constexpr Suffix kSuffixes[] = {
    {"_centipoints", Unit::kCentiPoints, false},
    {"_permille", Unit::kPermille, false},
    {"_fen", Unit::kFen, false},
    {"_count", Unit::kCount, false},
    {"_ms", Unit::kMs, false},
    {"_hours", Unit::kHours, false},
    {"_seconds", Unit::kSeconds, false},
    {"_micro", Unit::kMicro, false},
    {"_units", Unit::kPerHundredThousand, false},
    {"_rate", Unit::kRate, true},
    {"member_index", Unit::kMember, true},
};

const Suffix* SuffixOf(const std::string& field) {
  for (const Suffix& suffix : kSuffixes) {
    if (absl::EndsWith(field, suffix.text)) return &suffix;
  }
  return nullptr;
}

Unit UnitOf(const std::string& field) {
  const Suffix* suffix = SuffixOf(field);
  return suffix == nullptr ? Unit::kNone : suffix->unit;
}

// "12,345"
std::string Grouped(uint64_t value) {
  std::string text = absl::StrCat(value);
  for (int i = static_cast<int>(text.size()) - 3; i > 0; i -= 3) {
    text.insert(static_cast<size_t>(i), ",");
  }
  return text;
}

// `value` hundredths: "1,234.56"; `per_one` 100 or another power of ten.
std::string Decimal(int64_t value, uint64_t per_one, int decimals) {
  const uint64_t size = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  return absl::StrCat(value < 0 ? "-" : "", Grouped(size / per_one), ".",
                      absl::StrFormat("%0*d", decimals, size % per_one));
}

std::string Trimmed(std::string decimal) {
  while (decimal.back() == '0') decimal.pop_back();
  if (decimal.back() == '.') decimal.pop_back();
  return decimal;
}

}  // namespace

std::string WithoutUnit(const std::string& field) {
  const Suffix* suffix = SuffixOf(field);
  if (suffix == nullptr || suffix->in_label) return field;
  return field.substr(0, field.size() - std::string(suffix->text).size());
}

std::string NumberText(const std::string& field, int64_t value) {
  switch (UnitOf(field)) {
    case Unit::kCentiPoints:
      return fixed::ToText(fixed::CentiPoints{static_cast<int32_t>(value)});
    case Unit::kPermille:
      return absl::StrCat(Decimal(value, 10, 1), "%");
    case Unit::kPerHundredThousand:
      return absl::StrCat(Decimal(value, 1000, 3), "%");
    case Unit::kFen:
      return absl::StrCat(Decimal(value, 100, 2), " 元");
    case Unit::kMicro:
      return Decimal((value + (value < 0 ? -5000 : 5000)) / 10000, 100, 2);
    case Unit::kCount: {
      const bool negative = value < 0;
      return absl::StrCat(negative ? "-" : "", Grouped(negative ? 0 - static_cast<uint64_t>(value)
                                                                : static_cast<uint64_t>(value)));
    }
    case Unit::kMs:
      return absl::StrCat(value, " 毫秒 ms");
    case Unit::kHours:
      return absl::StrCat(value, " 小时 h");
    case Unit::kSeconds:
      return absl::StrCat(value, " 秒 s");
    case Unit::kMember:
      return value < 0 ? "户 household" : absl::StrCat("成员 member ", value + 1);
    case Unit::kRate:
    case Unit::kNone:
      return absl::StrCat(value);
  }
  return absl::StrCat(value);
}

std::string NumberText(const std::string& field, double value) {
  if (!std::isfinite(value)) return "—";
  switch (UnitOf(field)) {
    case Unit::kRate:
      return absl::StrFormat("%.1f%%", value * 100);
    case Unit::kSeconds:
      return absl::StrFormat("%.2f 秒 s", value);
    default:
      return Trimmed(absl::StrFormat("%.*f", std::abs(value) >= 1000 ? 2 : 4, value));
  }
}

}  // namespace fupin::fupinctl
