// Bytes of a value row: what the scoring of the whole province reads, so it is laid out to be
// copied and not parsed.
//
//   offset 0   version, 1
//   offset 1   class of the newest score (PovertyClass number)
//   offset 2   number of indicators, little-endian 16 bit
//   offset 4   index in centipoints, little-endian 32 bit
//   offset 8   source fingerprint of the catalog the values were derived by, little-endian 64 bit
//   offset 16  float32 little-endian: indicators in catalog order, then references
//
// -infinity: absent; +infinity: not applicable.
// Example: one indicator 2.5, no references, poor, 55.10: 01 01 01 00 86 15 00 00 <8 bytes>
// 00 00 20 40.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_VALUES_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_VALUES_H_

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fupin::identification {

struct ValueRow {
  int poverty_class = 0;
  int32_t index_centipoints = 0;
  uint64_t source_fingerprint = 0;
  int indicators = 0;
  int values = 0;              // indicators and references
  const char* data = nullptr;  // `values` float32, unaligned

  float at(int i) const {
    float value;
    std::memcpy(&value, data + 4 * i, sizeof(value));
    return value;
  }
};

std::string EncodeValues(int poverty_class, int32_t index_centipoints, uint64_t source_fingerprint,
                         absl::Span<const float> indicators, absl::Span<const float> references);

// Points into `bytes`; absent when they are not a value row of this version.
std::optional<ValueRow> DecodeValues(absl::string_view bytes);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_VALUES_H_
