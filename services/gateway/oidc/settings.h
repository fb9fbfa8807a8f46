// What must hold of the settings before a gateway starts with them.
#ifndef FUPIN_SERVICES_GATEWAY_OIDC_SETTINGS_H_
#define FUPIN_SERVICES_GATEWAY_OIDC_SETTINGS_H_

#include "absl/status/status.h"
#include "services/gateway/config.pb.h"

namespace fupin::gateway::oidc {

// Where the identity provider sends people back to, on this gateway.
inline constexpr char kStartPath[] = "/session/oidc";
inline constexpr char kCallbackPath[] = "/session/oidc/callback";

// INVALID_ARGUMENT / SETTING_WRONG names the setting.
absl::Status CheckSettings(const Oidc& settings);

}  // namespace fupin::gateway::oidc

#endif  // FUPIN_SERVICES_GATEWAY_OIDC_SETTINGS_H_
