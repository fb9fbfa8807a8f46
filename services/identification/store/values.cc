#include "services/identification/store/values.h"

#include <bit>

namespace fupin::identification {
namespace {

static_assert(std::endian::native == std::endian::little, "value rows are copied as they stand");

constexpr char kVersion = 1;
constexpr size_t kHeaderBytes = 16;

}  // namespace

std::string EncodeValues(int poverty_class, int32_t index_centipoints, uint64_t source_fingerprint,
                         absl::Span<const float> indicators, absl::Span<const float> references) {
  std::string bytes(kHeaderBytes, '\0');
  bytes[0] = kVersion;
  bytes[1] = static_cast<char>(poverty_class);
  const auto count = static_cast<uint16_t>(indicators.size());
  std::memcpy(&bytes[2], &count, sizeof(count));
  std::memcpy(&bytes[4], &index_centipoints, sizeof(index_centipoints));
  std::memcpy(&bytes[8], &source_fingerprint, sizeof(source_fingerprint));
  for (const auto& part : {indicators, references}) {
    bytes.append(reinterpret_cast<const char*>(part.data()), part.size() * sizeof(float));
  }
  return bytes;
}

std::optional<ValueRow> DecodeValues(absl::string_view bytes) {
  if (bytes.size() < kHeaderBytes || bytes.size() % sizeof(float) != 0 || bytes[0] != kVersion) {
    return std::nullopt;
  }
  ValueRow row;
  row.poverty_class = bytes[1];
  uint16_t count = 0;
  std::memcpy(&count, bytes.data() + 2, sizeof(count));
  row.indicators = count;
  std::memcpy(&row.index_centipoints, bytes.data() + 4, sizeof(row.index_centipoints));
  std::memcpy(&row.source_fingerprint, bytes.data() + 8, sizeof(row.source_fingerprint));
  row.values = static_cast<int>((bytes.size() - kHeaderBytes) / sizeof(float));
  row.data = bytes.data() + kHeaderBytes;
  if (row.values < row.indicators) return std::nullopt;
  return row;
}

}  // namespace fupin::identification
