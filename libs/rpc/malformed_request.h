// A request that is no message of its method is answered with a reason. gRPC itself answers
// INTERNAL without a word, before any handler is asked: one GBK byte in a proto3 string is enough.
#ifndef FUPIN_LIBS_RPC_MALFORMED_REQUEST_H_
#define FUPIN_LIBS_RPC_MALFORMED_REQUEST_H_

#include <grpcpp/server_builder.h>

namespace fupin::rpc {

// For every unary method of the server: INVALID_ARGUMENT / REQUEST_MALFORMED.
void ExplainMalformedRequests(grpc::ServerBuilder& builder);

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_MALFORMED_REQUEST_H_
