// Any bytes as a file somebody sent.
#include "libs/tabular/read_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fupin::tabular::CheckReading(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
