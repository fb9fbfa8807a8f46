// Exit tests over gRPC: who may call is checked, the rest is handed on.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_TEST_SERVICE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_TEST_SERVICE_H_

#include "fupin/identification/v1/exit_test_service.grpc.pb.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/exit_tests.h"
#include "services/identification/server/exit_visits.h"

namespace fupin::identification {

class ExitTestServer final : public v1::ExitTestService::Service {
 public:
  ExitTestServer(rpc::Edge& edge, ExitTests& tests, ExitVisits& visits)
      : edge_(edge), tests_(tests), visits_(visits) {}

  grpc::Status CreateExitTest(grpc::ServerContext* context,
                              const v1::CreateExitTestRequest* request,
                              v1::ExitTest* response) override;
  grpc::Status ListExitTests(grpc::ServerContext* context, const v1::ListExitTestsRequest* request,
                             v1::ListExitTestsResponse* response) override;
  grpc::Status GetExitTest(grpc::ServerContext* context, const v1::GetExitTestRequest* request,
                           v1::ExitTest* response) override;
  grpc::Status ListExitTestSample(grpc::ServerContext* context,
                                  const v1::ListExitTestSampleRequest* request,
                                  v1::ListExitTestSampleResponse* response) override;
  grpc::Status RecordExitTestVisit(grpc::ServerContext* context,
                                   const v1::RecordExitTestVisitRequest* request,
                                   v1::SampledHousehold* response) override;

 private:
  rpc::Edge& edge_;
  ExitTests& tests_;
  ExitVisits& visits_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_TEST_SERVICE_H_
