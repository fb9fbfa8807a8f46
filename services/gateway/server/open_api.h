// The OpenAPI document, from the same descriptors that the gateway answers by.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_OPEN_API_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_OPEN_API_H_

#include <string>

#include "services/gateway/server/api.h"

namespace fupin::gateway {

// OpenAPI 3.0 as JSON; descriptions are the comments of the protos.
std::string OpenApiDocument(const Api& api);

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_OPEN_API_H_
