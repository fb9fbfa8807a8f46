// The plain unary handler: one call that makes the response.
#ifndef FUPIN_LIBS_RPC_ANSWER_H_
#define FUPIN_LIBS_RPC_ANSWER_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "libs/rpc/edge.h"
#include "libs/status/macros.h"

namespace fupin::rpc {

// Runs `make(caller)`, an absl::StatusOr<Response>, at the edge and hands its answer over.
template <typename Response, typename Make>
grpc::Status Answer(Edge& edge, grpc::ServerContext* context,
                    const google::protobuf::Message& request, Response* response, Make make) {
  return edge.Unary(*context, request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, make(caller));
    return absl::OkStatus();
  });
}

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_ANSWER_H_
