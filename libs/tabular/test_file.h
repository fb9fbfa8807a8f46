// A file of given bytes for one test, and what reading it gives.
#ifndef FUPIN_LIBS_TABULAR_TEST_FILE_H_
#define FUPIN_LIBS_TABULAR_TEST_FILE_H_

#include <stdlib.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/tabular/table_reader.h"

namespace fupin::tabular {

class TestFile {
 public:
  explicit TestFile(absl::string_view bytes) {
    const int fd = mkstemp(path_.data());
    FUPIN_CHECK(fd >= 0);
    FUPIN_CHECK(write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    close(fd);
  }
  ~TestFile() { unlink(path_.c_str()); }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/fupin_tabular_XXXXXX";
};

// Everything a file gives: the header, its rows, and the reason that ended it ("" at its end).
struct Outcome {
  std::vector<std::string> header;
  std::vector<Row> rows;
  std::string reason;
  std::string field;
  std::string message;

  // Texts of one row joined by |.
  std::string Line(size_t row) const {
    std::string line;
    for (const Cell& cell : rows.at(row).cells)
      line += (&cell == &rows[row].cells[0] ? "" : "|") + cell.text;
    return line;
  }
  // The only problem of one row: "REASON field".
  std::string Problem(size_t row) const {
    const auto& problems = rows.at(row).problems;
    return problems.size() == 1 ? problems[0].reason + " " + problems[0].field
                                : std::to_string(problems.size()) + " problems";
  }
};

inline Outcome ReadAll(absl::string_view bytes, const Options& options = {}) {
  const TestFile file(bytes);
  Outcome outcome;
  absl::Status status;
  auto reader = TableReader::Open(file.path(), options);
  if (reader.ok()) {
    outcome.header = (*reader)->header();
    Row row;
    auto more = (*reader)->Next(row);
    for (; more.ok() && *more; more = (*reader)->Next(row)) outcome.rows.push_back(row);
    status = more.status();
    const Progress progress = (*reader)->progress();
    FUPIN_CHECK(!status.ok() || progress.bytes_read == progress.bytes_total);
  } else {
    status = reader.status();
  }
  if (!status.ok()) {
    const auto problems = ProblemsOf(status);
    FUPIN_CHECK(!problems.empty() && !problems[0].message_zh.empty());
    outcome.reason = problems[0].reason;
    outcome.field = problems[0].field;
    outcome.message = problems[0].message_zh + problems[0].message_en;
  }
  return outcome;
}

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_TEST_FILE_H_
