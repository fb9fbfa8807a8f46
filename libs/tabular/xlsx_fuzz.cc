// Any bytes as XLSX. Input that is not an archive becomes the sheet of an otherwise sound workbook,
// as mutations of compressed bytes seldom get past the checksum.
#include "absl/strings/match.h"
#include "libs/tabular/read_check.h"
#include "libs/tabular/xlsx_fixture.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (!absl::StartsWith(bytes, "PK")) {
    fupin::tabular::XlsxFixture fixture;
    fixture.sheet = bytes;
    fixture.strings = {"户主", "=1+1"};
    fixture.formats = {"yyyy-mm-dd", "000000"};
    bytes = fixture.Bytes();
  }
  fupin::tabular::CheckReading(bytes);
  return 0;
}
