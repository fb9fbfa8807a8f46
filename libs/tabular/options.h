// How a table is read, and what is refused for its size.
#ifndef FUPIN_LIBS_TABULAR_OPTIONS_H_
#define FUPIN_LIBS_TABULAR_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace fupin::tabular {

enum class Encoding { kDetect, kUtf8, kGb18030 };

// They bound the memory of one reader: some row_bytes and MiB and, for XLSX, shared_string_bytes
// (up to three times that for a moment while they are loaded).
struct Limits {
  int64_t file_bytes = int64_t{1} << 30;
  size_t cell_bytes = 32 << 10;
  size_t row_bytes = 4 << 20;
  size_t columns = 1000;
  // XLSX only; the file is a ZIP archive.
  int64_t zip_entries = 1000;
  int64_t uncompressed_bytes = int64_t{4} << 30;  // all entries together, as declared
  int64_t compression_ratio = 200;                // of each entry above 1 MiB
  size_t shared_string_bytes = size_t{256} << 20;
};

struct Options {
  // CSV: a byte order mark wins over `encoding`. kDetect takes UTF-8 if the file is UTF-8 (a few
  // damaged places do not change that), else GB18030.
  Encoding encoding = Encoding::kDetect;
  std::optional<char> separator;  // CSV: detected from the header among , ; and tab when not given
  std::string sheet;              // XLSX: name of the sheet; empty: the first visible one
  int64_t header_row = 1;         // rows above it are skipped (titles, notes)
  Limits limits;
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_OPTIONS_H_
