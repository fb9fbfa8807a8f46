#include "services/gateway/oidc/settings.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace fupin::gateway::oidc {
namespace {

absl::Status Wrong(const char* setting, const char* zh, const char* en) {
  const std::string name = absl::StrCat("oidc.", setting);
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       {"SETTING_WRONG", name, absl::StrCat("配置项 ", name, " ", zh),
                        absl::StrCat("setting ", name, " ", en)});
}

}  // namespace

absl::Status CheckSettings(const Oidc& settings) {
  if (!absl::StartsWith(settings.issuer(), "https://")) {
    return Wrong("issuer", "应为 https:// 地址", "must be an https:// address");
  }
  if (settings.client_id().empty()) return Wrong("client_id", "缺失", "is missing");
  if (!absl::StartsWith(settings.redirect_uri(), "https://") ||
      !absl::EndsWith(settings.redirect_uri(), kCallbackPath)) {
    return Wrong("redirect_uri", "应为本网关的 https://…/session/oidc/callback",
                 "must be this gateway's https://.../session/oidc/callback");
  }
  for (const OidcRule& rule : settings.rules()) {
    if (rule.claim().empty() || rule.value().empty()) {
      return Wrong("rules", "缺少 claim 或 value", "lack a claim or a value");
    }
    if (rule.role() != "officer" && rule.role() != "operator") {
      return Wrong("rules", "的 role 只能是 officer 或 operator",
                   "have a role other than officer and operator");
    }
  }
  return absl::OkStatus();
}

}  // namespace fupin::gateway::oidc
