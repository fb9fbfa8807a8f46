#include "libs/tabular/csv_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/tabular/problems.h"

namespace fupin::tabular {
namespace {

constexpr std::array<char, 3> kSeparators = {',', ';', '\t'};

absl::Status QuoteNotClosed(int64_t line, int64_t row, size_t column) {
  Problem problem = CellProblem(
      "CSV_QUOTE_NOT_CLOSED", row, column,
      absl::StrCat("文件第", line, "行的引号没有成对结束；请补上引号，或把内容中的引号写成两个"),
      absl::StrCat("the quote opened in line ", line,
                   " of the file is never closed; close it, or double a quote that is text"));
  return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problem));
}

}  // namespace

absl::StatusOr<std::unique_ptr<TableReader>> CsvReader::Open(const std::string& path,
                                                             const Options& options) {
  ASSIGN_OR_RETURN(auto source, TextSource::Open(path, options.encoding));
  auto reader = absl::WrapUnique(new CsvReader(options, std::move(source)));
  RETURN_IF_ERROR(reader->DetectSeparator());
  RETURN_IF_ERROR(reader->ReadHeader());
  return reader;
}

absl::StatusOr<bool> CsvReader::Fill() {
  if (at_ < buffer_.size()) return true;
  at_ = 0;
  return source_->Next(buffer_);
}

// The header says it: the candidate found most often in it outside quotes.
absl::Status CsvReader::DetectSeparator() {
  ASSIGN_OR_RETURN(const bool more, Fill());
  if (!more) return absl::OkStatus();
  if (buffer_.size() > 5 && absl::StartsWith(buffer_, "sep=") &&
      absl::string_view(",;\t|").find(buffer_[4]) != absl::string_view::npos &&
      (buffer_[5] == '\r' || buffer_[5] == '\n')) {
    separator_ = buffer_[4];
    at_ = 6;
    skip_line_feed_ = buffer_[5] == '\r';
    ++line_;
    if (!options().separator) return absl::OkStatus();
  }
  if (options().separator) {
    separator_ = *options().separator;
    return absl::OkStatus();
  }
  separator_ = kSeparators[0];
  std::array<int, kSeparators.size()> counts = {};
  int64_t row = 1;
  bool quoted = false;
  for (size_t i = at_; i < buffer_.size() && row <= options().header_row; ++i) {
    const char c = buffer_[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    const bool line_end =
        c == '\n' || (c == '\r' && (i + 1 == buffer_.size() || buffer_[i + 1] != '\n'));
    if (line_end) ++row;
    if (row != options().header_row) continue;
    for (size_t k = 0; k < kSeparators.size(); ++k) counts[k] += c == kSeparators[k] ? 1 : 0;
  }
  int best = 0;
  for (size_t k = 0; k < kSeparators.size(); ++k) {
    if (counts[k] > best) {
      best = counts[k];
      separator_ = kSeparators[k];
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::ReadRow(size_t columns, Row& row) {
  enum class State { kCellStart, kPlain, kQuoted, kAfterQuote };
  const size_t keep = options().limits.cell_bytes + 1;
  State state = State::kCellStart;
  std::string text;
  size_t column = 0;
  size_t quoted_bytes = 0;
  int64_t quote_line = 0;
  bool misplaced = false;
  bool begun = false;

  const auto finish_cell = [&] {
    Cell cell;
    cell.kind = text.empty() ? CellKind::kEmpty : CellKind::kText;
    cell.text = std::move(text);
    text.clear();
    if (cell.kind != CellKind::kEmpty) builder_.Put(column, std::move(cell));
    ++column;
    state = State::kCellStart;
  };
  // Everything up to the next byte that means something, in one step.
  const auto append_run = [&](const char* stops) {
    const size_t length = std::strcspn(buffer_.c_str() + at_, stops);
    // strcspn also stops at a NUL, which is a byte like others here.
    const size_t run = length == 0 ? 1 : length;
    if (text.size() < keep) text.append(buffer_, at_, std::min(run, keep - text.size()));
    at_ += run;
    return run;
  };
  const char plain_stops[] = {separator_, '\r', '\n', '\0'};

  for (;;) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (more && skip_line_feed_) {
      skip_line_feed_ = false;
      if (buffer_[at_] == '\n') {
        ++at_;
        continue;
      }
    }
    if (!more && !begun) return false;
    if (!begun) {
      begun = true;
      builder_.Begin(&row, columns, ++row_number_, line_);
    }
    if (!more) {
      if (state == State::kQuoted) return QuoteNotClosed(quote_line, row.number, column);
      finish_cell();
      builder_.Finish();
      return true;
    }
    const char c = buffer_[at_];
    if (state == State::kQuoted) {
      if (c == '"') {
        state = State::kAfterQuote;
        ++at_;
      } else if (c == '\r' || c == '\n') {
        ++line_;
        skip_line_feed_ = c == '\r';
        if (text.size() < keep) text.push_back('\n');
        ++quoted_bytes;
        ++at_;
      } else {
        quoted_bytes += append_run("\"\r\n");
      }
      // A forgotten quote must not swallow the file.
      if (quoted_bytes > options().limits.row_bytes) {
        return QuoteNotClosed(quote_line, row.number, column);
      }
    } else if (c == separator_) {
      finish_cell();
      ++at_;
    } else if (c == '\r' || c == '\n') {
      finish_cell();
      ++at_;
      ++line_;
      skip_line_feed_ = c == '\r';
      builder_.Finish();
      return true;
    } else if (c == '"' && state == State::kCellStart) {
      state = State::kQuoted;
      quote_line = line_;
      quoted_bytes = 0;
      ++at_;
    } else if (c == '"' && state == State::kAfterQuote) {
      state = State::kQuoted;
      if (text.size() < keep) text.push_back('"');
      ++quoted_bytes;
      ++at_;
    } else if (c == ' ' && state == State::kAfterQuote) {
      ++at_;
    } else {
      if (state == State::kAfterQuote && !misplaced) {
        misplaced = true;
        builder_.AddProblem(
            CellProblem("CSV_QUOTE_MISPLACED", row.number, column,
                        "引号结束后还有内容；请把内容中的引号写成两个，或去掉引号",
                        "text follows a closing quote; double a quote that is text, or remove it"));
      }
      state = State::kPlain;
      append_run(plain_stops);
    }
  }
}

}  // namespace fupin::tabular
