// A unary call with its status as ours.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_CALL_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_CALL_H_

#include <grpcpp/client_context.h>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"

namespace fupin::fupinctl {

template <typename StubType, typename Request, typename Response>
absl::StatusOr<Response> Call(StubType& stub,
                              grpc::Status (StubType::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                              const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
  Response response;
  RETURN_IF_ERROR(rpc::FromGrpc((stub.*method)(&context, request, &response)));
  return response;
}

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_CALL_H_
