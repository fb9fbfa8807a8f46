#include "libs/rpc/principal.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "libs/status/status.h"

namespace fupin::rpc {

absl::StatusOr<Principal> ParsePrincipal(absl::string_view uri) {
  static constexpr absl::string_view kScheme = "spiffe://";
  Principal principal;
  principal.uri = std::string(uri);
  if (absl::StartsWith(uri, kScheme)) {
    const std::vector<std::string> parts = absl::StrSplit(uri.substr(kScheme.size()), '/');
    if (parts.size() >= 3 && !parts[0].empty() && !parts[2].empty()) {
      principal.province = parts[0];
      principal.id = parts[2];
      if (parts[1] == "officer" && parts.size() == 4 && !parts[3].empty()) {
        principal.role = type::v1::ROLE_OFFICER;
        principal.division = parts[2];
        principal.id = parts[3];
      }
      if (parts[1] == "service") principal.role = type::v1::ROLE_SERVICE;
      if (parts[1] == "dept") principal.role = type::v1::ROLE_DEPARTMENT;
      if (parts[1] == "operator") principal.role = type::v1::ROLE_OPERATOR;
      if (parts[1] == "enumerator") principal.role = type::v1::ROLE_ENUMERATOR;
      if (principal.role != type::v1::ROLE_ANYONE) return principal;
    }
  }
  return ProblemStatus(absl::StatusCode::kUnauthenticated,
                       {"CERT_URI_UNKNOWN", "", "证书中没有可识别的身份 URI,请向省平台重新申请证书",
                        "the certificate carries no identity URI known here; request a new one "
                        "from the province"});
}

}  // namespace fupin::rpc
