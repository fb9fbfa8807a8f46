// Resource names of the exchange: datasets/<dataset>/records/<32 hex>, .../rejections/<hex>.
#ifndef FUPIN_SERVICES_EXCHANGE_SERVER_NAMES_H_
#define FUPIN_SERVICES_EXCHANGE_SERVER_NAMES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::exchange {

std::string RecordName(absl::string_view dataset, absl::string_view record);
std::string RejectionName(absl::string_view dataset, absl::string_view key);

struct ParsedName {
  std::string dataset;
  std::string id;  // bytes
};
// `collection` is "records" or "rejections". INVALID_ARGUMENT / RECORD_NAME_INVALID.
absl::StatusOr<ParsedName> ParseName(absl::string_view name, absl::string_view collection);

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_SERVER_NAMES_H_
