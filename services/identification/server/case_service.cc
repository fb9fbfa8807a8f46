#include "services/identification/server/case_service.h"

#include "libs/rpc/answer.h"
#include "libs/status/macros.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/procedure_words.h"

namespace fupin::identification {
grpc::Status CaseServer::ListProcedures(grpc::ServerContext* context,
                                        const v1::ListProceduresRequest* request,
                                        v1::ListProceduresResponse* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return ShowProcedures(parts_.desk.procedures()); });
}

grpc::Status CaseServer::Apply(grpc::ServerContext* context, const v1::ApplyRequest* request,
                               v1::ApplyResponse* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.applications.Apply(*request, caller);
  });
}

grpc::Status CaseServer::FollowApplication(grpc::ServerContext* context,
                                           const v1::FollowApplicationRequest* request,
                                           v1::ApplicationState* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller&) {
    return parts_.applications.Follow(request->receipt(), request->code());
  });
}

grpc::Status CaseServer::WithdrawApplication(grpc::ServerContext* context,
                                             const v1::WithdrawApplicationRequest* request,
                                             v1::ApplicationState* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.applications.Withdraw(*request); });
}

grpc::Status CaseServer::AppealApplication(grpc::ServerContext* context,
                                           const v1::AppealApplicationRequest* request,
                                           v1::ApplicationState* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.applications.Appeal(*request); });
}

grpc::Status CaseServer::OpenCase(grpc::ServerContext* context, const v1::OpenCaseRequest* request,
                                  v1::Case* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Case> {
        RETURN_IF_ERROR(parts_.scope.Household(caller, request->household(), "household"));
        ASSIGN_OR_RETURN(const std::string id, parts_.applications.Open(*request, caller));
        return parts_.desk.Show(caller, id);
      });
}

grpc::Status CaseServer::GetCase(grpc::ServerContext* context, const v1::GetCaseRequest* request,
                                 v1::Case* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Case> {
                       ASSIGN_OR_RETURN(const std::string id, ParseCaseName(request->name()));
                       return parts_.desk.Show(caller, id);
                     });
}

grpc::Status CaseServer::ListCases(grpc::ServerContext* context,
                                   const v1::ListCasesRequest* request,
                                   v1::ListCasesResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListCasesResponse> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.lists.List(*request, caller);
      });
}

grpc::Status CaseServer::ListHouseholdCases(grpc::ServerContext* context,
                                            const v1::ListHouseholdCasesRequest* request,
                                            v1::ListHouseholdCasesResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListHouseholdCasesResponse> {
        RETURN_IF_ERROR(parts_.scope.Household(caller, request->household(), "household"));
        return parts_.lists.OfHousehold(request->household());
      });
}

grpc::Status CaseServer::CountCases(grpc::ServerContext* context,
                                    const v1::CountCasesRequest* request,
                                    v1::CountCasesResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::CountCasesResponse> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.lists.Count(request->division(), caller);
      });
}

grpc::Status CaseServer::ActOnCase(grpc::ServerContext* context,
                                   const v1::ActOnCaseRequest* request, v1::Case* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.actions.Act(*request, caller);
  });
}

grpc::Status CaseServer::RecordMeeting(grpc::ServerContext* context,
                                       const v1::RecordMeetingRequest* request,
                                       v1::Case* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.actions.Meet(*request, caller);
  });
}

grpc::Status CaseServer::AttachEvidence(grpc::ServerContext* context,
                                        const v1::AttachEvidenceRequest* request,
                                        v1::Case* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.actions.Attach(*request, caller);
  });
}

grpc::Status CaseServer::RecordRevisit(grpc::ServerContext* context,
                                       const v1::RecordRevisitRequest* request,
                                       v1::Case* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.actions.Revisit(*request, caller);
  });
}

grpc::Status CaseServer::FillForm(grpc::ServerContext* context, const v1::FillFormRequest* request,
                                  v1::Case* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.actions.FillForm(*request, caller);
  });
}

grpc::Status CaseServer::ListCaseEvents(grpc::ServerContext* context,
                                        const v1::ListCaseEventsRequest* request,
                                        v1::ListCaseEventsResponse* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListCaseEventsResponse> {
                       ASSIGN_OR_RETURN(const std::string id, ParseCaseName(request->case_()));
                       RETURN_IF_ERROR(parts_.desk.Take(caller, id, /*judge=*/false).status());
                       return parts_.lists.Events(id);
                     });
}

grpc::Status CaseServer::CreateCaseBatch(grpc::ServerContext* context,
                                         const v1::CreateCaseBatchRequest* request,
                                         v1::CaseBatch* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::CaseBatch> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.batches.Create(*request, caller);
      });
}

grpc::Status CaseServer::GetCaseBatch(grpc::ServerContext* context,
                                      const v1::GetCaseBatchRequest* request,
                                      v1::CaseBatch* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.batches.Get(request->name(), caller);
  });
}

grpc::Status CaseServer::GetCaseFile(grpc::ServerContext* context,
                                     const v1::GetCaseFileRequest* request,
                                     v1::CaseFile* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) -> absl::StatusOr<v1::CaseFile> {
                       ASSIGN_OR_RETURN(const std::string id, ParseCaseName(request->case_()));
                       RETURN_IF_ERROR(parts_.desk.Take(caller, id, /*judge=*/false).status());
                       return parts_.lists.File(id, request->file());
                     });
}

}  // namespace fupin::identification
