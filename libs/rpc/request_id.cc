#include "libs/rpc/request_id.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace fupin::rpc {

bool IsRequestId(absl::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace fupin::rpc
