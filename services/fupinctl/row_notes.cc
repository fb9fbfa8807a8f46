#include "services/fupinctl/row_notes.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/tabular/table_writer.h"
#include "services/fupinctl/text_width.h"

namespace fupin::fupinctl {

absl::Status WriteNotes(const std::vector<RowNote>& notes, const std::string& path) {
  if (path.empty()) {
    for (const RowNote& note : notes) {
      if (note.problem.reason.empty()) {
        std::printf("第 %lld 行 row: %s\n", static_cast<long long>(note.row), note.outcome.c_str());
        continue;
      }
      std::printf("第 %lld 行 row: %s %s %s (%s)\n", static_cast<long long>(note.row),
                  note.problem.reason.c_str(), note.problem.field.c_str(),
                  note.problem.message_zh.c_str(), note.problem.message_en.c_str());
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto writer, tabular::TableWriter::Create(path));
  RETURN_IF_ERROR(
      writer->Write({"行 row", "结果 outcome", "字段 field", "原因 reason", "说明", "message"}));
  for (const RowNote& note : notes) {
    RETURN_IF_ERROR(
        writer->Write({absl::StrCat(note.row), note.outcome, note.problem.field,
                       note.problem.reason, note.problem.message_zh, note.problem.message_en}));
  }
  return writer->Close();
}

void PrintCounts(const std::map<std::string, int64_t>& counts) {
  for (const auto& [outcome, count] : counts) {
    std::printf("%s%lld\n", Pad(outcome, 24).c_str(), static_cast<long long>(count));
  }
}

}  // namespace fupin::fupinctl
