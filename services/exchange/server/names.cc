#include "services/exchange/server/names.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/exchange/domain/reasons.h"

namespace fupin::exchange {

std::string RecordName(absl::string_view dataset, absl::string_view record) {
  return absl::StrCat("datasets/", dataset, "/records/", absl::BytesToHexString(record));
}

std::string RejectionName(absl::string_view dataset, absl::string_view key) {
  return absl::StrCat("datasets/", dataset, "/rejections/", absl::BytesToHexString(key));
}

absl::StatusOr<ParsedName> ParseName(absl::string_view name, absl::string_view collection) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  const bool shaped = parts.size() == 4 && parts[0] == "datasets" && parts[2] == collection &&
                      parts[3].size() % 2 == 0 && !parts[3].empty();
  if (!shaped) return Refuse("RECORD_NAME_INVALID", "name");
  for (const char c : parts[3]) {
    if (!absl::ascii_isxdigit(c)) return Refuse("RECORD_NAME_INVALID", "name");
  }
  return ParsedName{std::string(parts[1]), absl::HexStringToBytes(parts[3])};
}

}  // namespace fupin::exchange
