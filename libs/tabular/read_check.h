// What must hold for any bytes: reading ends, rows go forward, nothing is above its limit. Used by
// the fuzz targets and by the test of seeded mutations.
#ifndef FUPIN_LIBS_TABULAR_READ_CHECK_H_
#define FUPIN_LIBS_TABULAR_READ_CHECK_H_

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/tabular/table_reader.h"

namespace fupin::tabular {

// Returns how many rows were read; aborts if something does not hold.
inline int64_t CheckReading(absl::string_view bytes) {
  const int fd = memfd_create("table", 0);
  FUPIN_CHECK(fd >= 0);
  FUPIN_CHECK(write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  Options options;
  options.limits.cell_bytes = 256;
  options.limits.row_bytes = 4096;
  options.limits.columns = 20;
  options.limits.uncompressed_bytes = 16 << 20;
  int64_t rows = 0;
  absl::Status status;
  const auto reader = TableReader::Open("/proc/self/fd/" + std::to_string(fd), options);
  if (reader.ok()) {
    const size_t columns = (*reader)->header().size();
    FUPIN_CHECK(columns > 0 && columns <= options.limits.columns);
    Row row;
    int64_t last = 0;
    auto more = (*reader)->Next(row);
    for (; more.ok() && *more; more = (*reader)->Next(row), ++rows) {
      FUPIN_CHECK(row.number > last && row.cells.size() == columns);
      last = row.number;
      size_t row_bytes = 0;
      for (const Cell& cell : row.cells) {
        FUPIN_CHECK(cell.text.size() <= options.limits.cell_bytes);
        FUPIN_CHECK((cell.kind == CellKind::kEmpty) == cell.text.empty());
        row_bytes += cell.text.size();
      }
      FUPIN_CHECK(row_bytes <= options.limits.row_bytes);
    }
    status = more.status();
  } else {
    status = reader.status();
  }
  FUPIN_CHECK(status.ok() || ProblemsOf(status).size() >= 1);
  close(fd);
  return rows;
}

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_READ_CHECK_H_
