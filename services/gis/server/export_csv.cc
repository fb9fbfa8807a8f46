#include "services/gis/server/export_csv.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/tabular/table_writer.h"
#include "services/gis/server/level_names.h"

namespace fupin::gis {

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
  for (const mvt::IntColumn& column : subject.numbers) {
    zh.push_back(HeadOf(column.key));
    codes.emplace_back(column.key);
  }
  RETURN_IF_ERROR(file.Append(tabular::kCsvStart));
  RETURN_IF_ERROR(file.Append(tabular::CsvLine(zh)));
  RETURN_IF_ERROR(file.Append(tabular::CsvLine(codes)));
  std::vector<std::string> row(codes.size());
  size_t count = 0;
  for (const division::Division& place : PlacesOf(subject.division, subject.level)) {
    if (++count % 1000 == 0) RETURN_IF_ERROR(GoOn(subject));
    size_t at = 0;
    for (const absl::string_view text : {place.code(), place.name(), place.level_name()}) {
      row[at++].assign(text.data(), text.size());
    }
    for (size_t i = 0; i < tree.levels().size(); ++i) row[at + i].clear();
    for (const division::Division& above : place.Path()) {
      const absl::string_view name = above.name();
      row[at + static_cast<size_t>(above.level())].assign(name.data(), name.size());
    }
    at += tree.levels().size();
    row[at++] = subject.date;
    for (const mvt::IntColumn& column : subject.numbers) {
      const int32_t value = column.values[place.order()];
      row[at++] = value == mvt::IntColumn::kAbsent ? "" : absl::StrCat(value);
    }
    RETURN_IF_ERROR(file.Append(tabular::CsvLine(row)));
  }
  return absl::OkStatus();
}

}  // namespace fupin::gis
