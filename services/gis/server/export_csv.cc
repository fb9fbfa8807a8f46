#include "services/gis/server/export_csv.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/tabular/table_writer.h"
#include "services/gis/server/level_names.h"

namespace fupin::gis {
namespace {

constexpr char kRest[] = "(未分到下级)";

bool HasAnybody(const ExportSubject& subject, uint32_t row) {
  return std::any_of(subject.numbers.begin(), subject.numbers.end(),
                     [&](const mvt::IntColumn& column) { return column.values[row] > 0; });
}

}  // namespace

absl::Status WriteCsv(const ExportSubject& subject, ScratchFile& file) {
  const division::Tree& tree = subject.shapes.tree();
  std::vector<std::string> zh = {"区划代码", "名称", "级别"};
  std::vector<std::string> codes = {"code", "name", "level"};
  for (const std::string& level : tree.levels()) {
    zh.emplace_back(NameOfLevel(level).zh);
    codes.push_back(level);
  }
  zh.emplace_back(subject.of_public ? "发布日期" : "数据日期");
  codes.emplace_back(subject.of_public ? "edition" : "date");
  zh.insert(zh.end(), subject.heads.begin(), subject.heads.end());
  for (const mvt::IntColumn& column : subject.numbers) codes.emplace_back(column.key);
  RETURN_IF_ERROR(file.Append(tabular::kCsvStart));
  RETURN_IF_ERROR(file.Append(tabular::CsvLine(zh)));
  RETURN_IF_ERROR(file.Append(tabular::CsvLine(codes)));
  size_t count = 0;
  // A place, or the rest of one: its row has other numbers and says so.
  const auto append = [&](const division::Division& place, uint32_t of, bool rest) -> absl::Status {
    if (++count % 1000 == 0) RETURN_IF_ERROR(GoOn(subject));
    std::vector<std::string> row = {std::string(place.code()),
                                    absl::StrCat(std::string(place.name()), rest ? kRest : ""),
                                    std::string(place.level_name())};
    row.resize(row.size() + tree.levels().size());
    for (const division::Division& above : place.Path()) {
      row[3 + static_cast<size_t>(above.level())] = std::string(above.name());
    }
    row.push_back(subject.date);
    for (const mvt::IntColumn& column : subject.numbers) {
      const int32_t value = column.values[of];
      row.push_back(value == mvt::IntColumn::kAbsent ? "" : absl::StrCat(value));
    }
    return file.Append(tabular::CsvLine(row));
  };
  for (const division::Division& place : PlacesOf(subject.division, subject.level)) {
    RETURN_IF_ERROR(append(place, place.order(), /*rest=*/false));
  }
  if (!subject.level || subject.of_public) return absl::OkStatus();
  // So that the rows add up.
  for (const division::Division& place : subject.division.subtree()) {
    if (place.level() >= *subject.level || place.children().empty()) continue;
    const uint32_t rest = subject.shapes.rests().RowOf(place.order());
    if (HasAnybody(subject, rest)) RETURN_IF_ERROR(append(place, rest, /*rest=*/true));
  }
  return absl::OkStatus();
}

}  // namespace fupin::gis
