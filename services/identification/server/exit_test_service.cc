#include "services/identification/server/exit_test_service.h"

#include "libs/rpc/answer.h"

namespace fupin::identification {

grpc::Status ExitTestServer::CreateExitTest(grpc::ServerContext* context,
                                            const v1::CreateExitTestRequest* request,
                                            v1::ExitTest* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) { return tests_.Create(*request, caller); });
}

grpc::Status ExitTestServer::ListExitTests(grpc::ServerContext* context,
                                           const v1::ListExitTestsRequest* request,
                                           v1::ListExitTestsResponse* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return tests_.List(request->division(), caller);
  });
}

grpc::Status ExitTestServer::GetExitTest(grpc::ServerContext* context,
                                         const v1::GetExitTestRequest* request,
                                         v1::ExitTest* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return tests_.Get(request->name(), caller);
  });
}

grpc::Status ExitTestServer::ListExitTestSample(grpc::ServerContext* context,
                                                const v1::ListExitTestSampleRequest* request,
                                                v1::ListExitTestSampleResponse* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) { return visits_.Sample(*request, caller); });
}

grpc::Status ExitTestServer::RecordExitTestVisit(grpc::ServerContext* context,
                                                 const v1::RecordExitTestVisitRequest* request,
                                                 v1::SampledHousehold* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) { return visits_.Visit(*request, caller); });
}

}  // namespace fupin::identification
