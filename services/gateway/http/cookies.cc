#include "services/gateway/http/cookies.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace fupin::gateway {

std::string CookieOf(const http::HttpRequest& request, absl::string_view name) {
  const auto header = request.headers.find("cookie");
  if (header == request.headers.end()) return "";
  for (absl::string_view part : absl::StrSplit(header->second, ';')) {
    const std::pair<absl::string_view, absl::string_view> cookie =
        absl::StrSplit(absl::StripAsciiWhitespace(part), absl::MaxSplits('=', 1));
    if (cookie.first == name) return std::string(cookie.second);
  }
  return "";
}

}  // namespace fupin::gateway
