// Any bytes as CSV: reading ends, stays within the limits, and no cell is wider than the header.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "libs/tabular/table_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("csv", 0);
  if (fd < 0 || write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  fupin::tabular::Options options;
  options.limits.cell_bytes = 256;
  options.limits.row_bytes = 4096;
  options.limits.columns = 20;
  const auto reader =
      fupin::tabular::TableReader::Open("/proc/self/fd/" + std::to_string(fd), options);
  if (reader.ok()) {
    fupin::tabular::Row row;
    int64_t last = 0;
    for (auto more = (*reader)->Next(row); more.ok() && *more; more = (*reader)->Next(row)) {
      if (row.number <= last || row.cells.size() != (*reader)->header().size()) std::abort();
      last = row.number;
      for (const auto& cell : row.cells) {
        if (cell.text.size() > options.limits.cell_bytes) std::abort();
      }
    }
  }
  close(fd);
  return 0;
}
