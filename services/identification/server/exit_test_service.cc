#include "services/identification/server/exit_test_service.h"

#include "libs/status/macros.h"

namespace fupin::identification {

grpc::Status ExitTestServer::CreateExitTest(grpc::ServerContext* context,
                                            const v1::CreateExitTestRequest* request,
                                            v1::ExitTest* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, tests_.Create(*request, caller));
    return absl::OkStatus();
  });
}

grpc::Status ExitTestServer::ListExitTests(grpc::ServerContext* context,
                                           const v1::ListExitTestsRequest* request,
                                           v1::ListExitTestsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, tests_.List(request->division(), caller));
    return absl::OkStatus();
  });
}

grpc::Status ExitTestServer::GetExitTest(grpc::ServerContext* context,
                                         const v1::GetExitTestRequest* request,
                                         v1::ExitTest* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, tests_.Get(request->name(), caller));
    return absl::OkStatus();
  });
}

grpc::Status ExitTestServer::ListExitTestSample(grpc::ServerContext* context,
                                                const v1::ListExitTestSampleRequest* request,
                                                v1::ListExitTestSampleResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, tests_.Sample(*request, caller));
    return absl::OkStatus();
  });
}

grpc::Status ExitTestServer::RecordExitTestVisit(grpc::ServerContext* context,
                                                 const v1::RecordExitTestVisitRequest* request,
                                                 v1::SampledHousehold* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, tests_.Visit(*request, caller));
    return absl::OkStatus();
  });
}

}  // namespace fupin::identification
