// absl::Status <-> grpc::Status, once for the whole suite; problems travel as status details.
#ifndef FUPIN_LIBS_RPC_WIRE_STATUS_H_
#define FUPIN_LIBS_RPC_WIRE_STATUS_H_

#include <vector>

#include <google/protobuf/repeated_ptr_field.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "fupin/type/v1/error.pb.h"
#include "libs/status/status.h"

namespace fupin::rpc {

// As many problems as a trailer holds; PROBLEMS_NOT_LISTED tells how many more there are.
grpc::Status ToGrpc(const absl::Status& status);
// A call that a stopping server dropped (CANCELLED without a reason) is UNAVAILABLE: callers retry
// it.
absl::Status FromGrpc(const grpc::Status& status);

void AddProblems(const std::vector<Problem>& problems,
                 google::protobuf::RepeatedPtrField<type::v1::Problem>* out);
std::vector<Problem> FromProto(const google::protobuf::RepeatedPtrField<type::v1::Problem>& in);

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_WIRE_STATUS_H_
