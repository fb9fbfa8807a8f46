// Reasons the gateway itself gives; those of the services pass through unchanged.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_REASONS_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_REASONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fupin::gateway {

// `detail` is never a value the caller sent, only a name from our own descriptors or a limit.
absl::Status Refuse(absl::string_view reason, absl::string_view field = "",
                    absl::string_view detail = "");

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_REASONS_H_
