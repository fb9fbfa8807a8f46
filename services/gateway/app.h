// The object graph of the gateway.
#ifndef FUPIN_SERVICES_GATEWAY_APP_H_
#define FUPIN_SERVICES_GATEWAY_APP_H_

#include <memory>

#include "absl/status/statusor.h"
#include "libs/process/process.h"
#include "services/gateway/config.pb.h"

namespace fupin::gateway {

absl::StatusOr<std::unique_ptr<process::App>> MakeApp(const GatewayConfig& config,
                                                      process::Frame& frame);

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_APP_H_
