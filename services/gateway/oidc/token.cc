#include "services/gateway/oidc/token.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway::oidc {
namespace {

constexpr size_t kMaxBytes = 64 << 10;

}  // namespace

absl::StatusOr<Token> ParseToken(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  Token token;
  std::string header_text;
  if (text.size() > kMaxBytes || parts.size() != 3 ||
      !absl::WebSafeBase64Unescape(parts[0], &header_text) ||
      !absl::WebSafeBase64Unescape(parts[1], &token.payload) ||
      !absl::WebSafeBase64Unescape(parts[2], &token.signature)) {
    return Refuse("TOKEN_MALFORMED");
  }
  const auto header = nlohmann::json::parse(header_text, nullptr, /*allow_exceptions=*/false);
  if (!header.is_object() || !header.contains("alg") || !header["alg"].is_string() ||
      header.contains("crit") || (header.contains("kid") && !header["kid"].is_string())) {
    return Refuse("TOKEN_MALFORMED");
  }
  token.algorithm = header["alg"];
  if (header.contains("kid")) token.key_id = header["kid"];
  token.signed_part = absl::StrCat(parts[0], ".", parts[1]);
  return token;
}

}  // namespace fupin::gateway::oidc
