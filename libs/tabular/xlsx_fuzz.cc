// Any bytes as XLSX. Input that is not an archive becomes the sheet of an otherwise sound workbook,
// as mutations of compressed bytes seldom get past the checksum.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "libs/tabular/table_reader.h"
#include "libs/tabular/xlsx_fixture.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("xlsx", 0);
  if (fd < 0) std::abort();
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (!absl::StartsWith(bytes, "PK")) {
    fupin::tabular::XlsxFixture fixture;
    fixture.sheet = bytes;
    fixture.strings = {"户主", "=1+1"};
    fixture.formats = {"yyyy-mm-dd", "000000"};
    bytes = fixture.Bytes();
  }
  if (write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
  fupin::tabular::Options options;
  options.limits.cell_bytes = 256;
  options.limits.row_bytes = 4096;
  options.limits.columns = 20;
  options.limits.uncompressed_bytes = 16 << 20;
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
