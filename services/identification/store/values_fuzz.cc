// Any bytes as a value row: not one, or one that can be read to its end and keeps its bytes.
#include <cstdint>

#include "libs/status/macros.h"
#include "services/identification/store/values.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin::identification;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto row = DecodeValues(bytes);
  if (!row) return 0;
  std::vector<float> values;
  for (int i = 0; i < row->values; ++i) values.push_back(row->at(i));
  const auto all = absl::MakeConstSpan(values);
  const auto count = static_cast<size_t>(row->indicators);
  FUPIN_CHECK(EncodeValues(row->poverty_class, row->index_centipoints, row->source_fingerprint,
                           all.subspan(0, count), all.subspan(count)) == bytes);
  return 0;
}
