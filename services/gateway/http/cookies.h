// Cookies of a request.
#ifndef FUPIN_SERVICES_GATEWAY_HTTP_COOKIES_H_
#define FUPIN_SERVICES_GATEWAY_HTTP_COOKIES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "libs/http/message.h"

namespace fupin::gateway {

// Value of the first cookie of that name; empty when there is none.
std::string CookieOf(const http::HttpRequest& request, absl::string_view name);

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_HTTP_COOKIES_H_
