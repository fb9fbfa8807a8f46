#include "libs/tabular/mapping.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/tabular/problems.h"

namespace fupin::tabular {
namespace {

constexpr absl::string_view kDropped[] = {
    "\xe3\x80\x80",  // U+3000 full-width space
    "\xc2\xa0",      // U+00A0 no-break space
    "\xef\xbb\xbf",  // U+FEFF byte order mark
    "\xe2\x80\x8b",  // U+200B zero-width space
    "\xe2\x80\x8c",  // U+200C zero-width non-joiner
    "\xe2\x80\x8d",  // U+200D zero-width joiner
};

// The name people know: the first alias, else the field.
std::string DisplayName(const ColumnSpec& spec) {
  return Printable(spec.aliases.empty() ? spec.field : spec.aliases.front());
}

Problem Missing(const ColumnSpec& spec) {
  const std::string name = DisplayName(spec);
  return {"FILE_COLUMN_MISSING", spec.field,
          absl::StrCat("缺少必需的列“", name, "”；请在表头中加上这一列"),
          absl::StrCat("the required column “", name, "” (", spec.field,
                       ") is missing; add it to the header")};
}

Problem Duplicate(const ColumnSpec& spec, size_t first, size_t second) {
  const std::string name = DisplayName(spec);
  const std::string a = ColumnLetters(first);
  const std::string b = ColumnLetters(second);
  return {"FILE_COLUMN_DUPLICATE", spec.field,
          absl::StrCat("第", a, "列和第", b, "列都是“", name, "”；请只保留一列"),
          absl::StrCat("columns ", a, " and ", b, " are both “", name, "” (", spec.field,
                       "); keep one of them")};
}

}  // namespace

std::string NormalizeColumnName(absl::string_view name) {
  std::string result;
  while (!name.empty()) {
    bool dropped = false;
    for (const absl::string_view space : kDropped) dropped |= absl::ConsumePrefix(&name, space);
    if (dropped) continue;
    const auto at = [&](size_t i) { return static_cast<unsigned char>(name[i]); };
    unsigned char c = at(0);
    size_t length = 1;
    if (name.size() >= 3 && c == 0xef) {
      // U+FF01..U+FF5E are the full-width forms of 0x21..0x7E.
      if (at(1) == 0xbc && at(2) >= 0x81 && at(2) <= 0xbf) {
        c = static_cast<unsigned char>(0x21 + (at(2) - 0x81));
        length = 3;
      } else if (at(1) == 0xbd && at(2) >= 0x80 && at(2) <= 0x9e) {
        c = static_cast<unsigned char>(0x60 + (at(2) - 0x80));
        length = 3;
      }
    }
    if (!absl::ascii_isspace(c)) result.push_back(absl::ascii_tolower(c));
    name.remove_prefix(length);
  }
  absl::string_view core = result;
  while (absl::ConsumePrefix(&core, "*") || absl::ConsumeSuffix(&core, "*")) {
  }
  return std::string(core);
}

absl::StatusOr<ColumnMap> MatchColumns(absl::Span<const std::string> header,
                                       absl::Span<const ColumnSpec> specs) {
  absl::flat_hash_map<std::string, size_t> spec_by_name;
  const auto claim = [&](absl::string_view name, size_t index) -> absl::Status {
    const auto [found, added] = spec_by_name.try_emplace(NormalizeColumnName(name), index);
    if (added || found->second == index) return absl::OkStatus();
    const std::string& first = specs[found->second].field;
    const std::string& second = specs[index].field;
    return ProblemStatus(
        absl::StatusCode::kFailedPrecondition,
        Problem{"FILE_COLUMN_SPEC_AMBIGUOUS", second,
                absl::StrCat("字段 ", first, " 和 ", second, " 的列名相同；请修改配置"),
                absl::StrCat("fields ", first, " and ", second,
                             " claim the same column name; change the configuration")});
  };
  for (size_t i = 0; i < specs.size(); ++i) {
    RETURN_IF_ERROR(claim(specs[i].field, i));
    for (const std::string& alias : specs[i].aliases) {
      RETURN_IF_ERROR(claim(alias, i));
    }
  }

  ColumnMap map;
  map.columns.resize(specs.size());
  std::vector<Problem> problems;
  for (size_t column = 0; column < header.size(); ++column) {
    const auto found = spec_by_name.find(NormalizeColumnName(header[column]));
    if (found == spec_by_name.end()) {
      map.ignored.push_back({column, header[column]});
    } else if (auto& taken = map.columns[found->second]) {
      problems.push_back(Duplicate(specs[found->second], *taken, column));
    } else {
      taken = column;
    }
  }
  for (size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].required && !map.columns[i]) problems.push_back(Missing(specs[i]));
  }
  if (!problems.empty()) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
  }
  return map;
}

}  // namespace fupin::tabular
