// Cases over gRPC: who may call is checked, the rest is handed on.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_SERVICE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_SERVICE_H_

#include "fupin/identification/v1/case_service.grpc.pb.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/applications.h"
#include "services/identification/server/case_actions.h"
#include "services/identification/server/case_batches.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/case_lists.h"
#include "services/identification/server/scope.h"

namespace fupin::identification {

struct CaseParts {
  const Scope& scope;
  CaseDesk& desk;
  Applications& applications;
  CaseActions& actions;
  CaseLists& lists;
  CaseBatches& batches;
};

class CaseServer final : public v1::CaseService::Service {
 public:
  CaseServer(rpc::Edge& edge, const CaseParts& parts) : edge_(edge), parts_(parts) {}

  grpc::Status ListProcedures(grpc::ServerContext* context,
                              const v1::ListProceduresRequest* request,
                              v1::ListProceduresResponse* response) override;
  grpc::Status Apply(grpc::ServerContext* context, const v1::ApplyRequest* request,
                     v1::ApplyResponse* response) override;
  grpc::Status FollowApplication(grpc::ServerContext* context,
                                 const v1::FollowApplicationRequest* request,
                                 v1::ApplicationState* response) override;
  grpc::Status WithdrawApplication(grpc::ServerContext* context,
                                   const v1::WithdrawApplicationRequest* request,
                                   v1::ApplicationState* response) override;
  grpc::Status AppealApplication(grpc::ServerContext* context,
                                 const v1::AppealApplicationRequest* request,
                                 v1::ApplicationState* response) override;
  grpc::Status OpenCase(grpc::ServerContext* context, const v1::OpenCaseRequest* request,
                        v1::Case* response) override;
  grpc::Status GetCase(grpc::ServerContext* context, const v1::GetCaseRequest* request,
                       v1::Case* response) override;
  grpc::Status ListCases(grpc::ServerContext* context, const v1::ListCasesRequest* request,
                         v1::ListCasesResponse* response) override;
  grpc::Status ListHouseholdCases(grpc::ServerContext* context,
                                  const v1::ListHouseholdCasesRequest* request,
                                  v1::ListHouseholdCasesResponse* response) override;
  grpc::Status CountCases(grpc::ServerContext* context, const v1::CountCasesRequest* request,
                          v1::CountCasesResponse* response) override;
  grpc::Status ActOnCase(grpc::ServerContext* context, const v1::ActOnCaseRequest* request,
                         v1::Case* response) override;
  grpc::Status RecordMeeting(grpc::ServerContext* context, const v1::RecordMeetingRequest* request,
                             v1::Case* response) override;
  grpc::Status AttachEvidence(grpc::ServerContext* context,
                              const v1::AttachEvidenceRequest* request,
                              v1::Case* response) override;
  grpc::Status RecordRevisit(grpc::ServerContext* context, const v1::RecordRevisitRequest* request,
                             v1::Case* response) override;
  grpc::Status FillForm(grpc::ServerContext* context, const v1::FillFormRequest* request,
                        v1::Case* response) override;
  grpc::Status ListCaseEvents(grpc::ServerContext* context,
                              const v1::ListCaseEventsRequest* request,
                              v1::ListCaseEventsResponse* response) override;
  grpc::Status GetCaseFile(grpc::ServerContext* context, const v1::GetCaseFileRequest* request,
                           v1::CaseFile* response) override;
  grpc::Status CreateCaseBatch(grpc::ServerContext* context,
                               const v1::CreateCaseBatchRequest* request,
                               v1::CaseBatch* response) override;
  grpc::Status GetCaseBatch(grpc::ServerContext* context, const v1::GetCaseBatchRequest* request,
                            v1::CaseBatch* response) override;

 private:
  rpc::Edge& edge_;
  const CaseParts parts_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_SERVICE_H_
