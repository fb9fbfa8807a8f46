#include "libs/tabular/table_writer.h"

#include <unistd.h>

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "libs/status/status.h"

namespace fupin::tabular {
namespace {

constexpr absl::string_view kFormulaStarts[] = {"=",  "+",  "-",  "@",  "\t",
                                                "\r", "＝", "＋", "－", "＠"};

absl::Status Unwritable() {
  return ProblemStatus(absl::StatusCode::kUnavailable,
                       Problem{"FILE_UNWRITABLE", "", "文件无法写入；请检查磁盘空间和权限后重试",
                               "the file cannot be written; check disk space and permissions"});
}

bool IsPlainNumber(absl::string_view text) {
  if (text[0] == '+' || text[0] == '-') text.remove_prefix(1);
  const size_t dot = text.find('.');
  const auto digits = [](absl::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == absl::string_view::npos;
  };
  if (dot == absl::string_view::npos) return digits(text);
  return digits(text.substr(0, dot)) && digits(text.substr(dot + 1));
}

bool WouldRun(absl::string_view text) {
  for (const absl::string_view start : kFormulaStarts) {
    if (absl::StartsWith(text, start)) return !IsPlainNumber(text);
  }
  return false;
}

std::string PartPath(const std::string& path) { return path + ".part"; }

}  // namespace

std::string CsvLine(absl::Span<const std::string> cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string& cell = cells[i];
    if (i > 0) line.push_back(',');
    // A lone empty cell would be a blank line, which is no row.
    const bool quote = cell.find_first_of(",;\t\"\r\n") != std::string::npos ||
                       (cells.size() == 1 && cell.empty()) || absl::StartsWith(cell, " ") ||
                       absl::EndsWith(cell, " ");
    if (quote) line.push_back('"');
    if (WouldRun(cell)) line.push_back('\'');
    for (const char c : cell) {
      if (c == '\0') continue;
      if (c == '"') line.push_back('"');
      line.push_back(c);
    }
    if (quote) line.push_back('"');
  }
  return line += "\r\n";
}

absl::StatusOr<std::unique_ptr<TableWriter>> TableWriter::Create(const std::string& path) {
  std::FILE* file = std::fopen(PartPath(path).c_str(), "wb");
  if (file == nullptr) return Unwritable();
  auto writer = absl::WrapUnique(new TableWriter(path, file));
  if (std::fputs(kCsvStart, file) < 0) return Unwritable();
  return writer;
}

TableWriter::~TableWriter() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  ::unlink(PartPath(path_).c_str());
}

absl::Status TableWriter::Write(absl::Span<const std::string> cells) {
  const std::string line = CsvLine(cells);
  if (std::fwrite(line.data(), 1, line.size(), file_) != line.size()) return Unwritable();
  return absl::OkStatus();
}

absl::Status TableWriter::Close() {
  std::FILE* file = std::exchange(file_, nullptr);
  const bool written = std::fflush(file) == 0 && ::fsync(fileno(file)) == 0;
  const bool closed = std::fclose(file) == 0;
  const std::string part = PartPath(path_);
  if (written && closed && std::rename(part.c_str(), path_.c_str()) == 0) return absl::OkStatus();
  ::unlink(part.c_str());
  return Unwritable();
}

}  // namespace fupin::tabular
