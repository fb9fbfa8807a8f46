// Statuses as HTTP answers (RFC 9457).
#ifndef FUPIN_LIBS_HTTP_PROBLEM_DOCUMENT_H_
#define FUPIN_LIBS_HTTP_PROBLEM_DOCUMENT_H_

#include <string>

#include "absl/status/status.h"
#include "libs/http/message.h"

namespace fupin::http {

// HTTP status of a canonical code; some of the gateway's own reasons are more exact.
int HttpStatusOf(const absl::Status& status);

HttpResponse ProblemResponse(const absl::Status& status, const std::string& request_id);

// A success.
HttpResponse JsonResponse(std::string json);

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_PROBLEM_DOCUMENT_H_
