#include "services/identification/server/household_change_service.h"

#include "libs/status/macros.h"

namespace fupin::identification {

grpc::Status HouseholdChangeServer::RecordHouseholdChange(
    grpc::ServerContext* context, const v1::RecordHouseholdChangeRequest* request,
    v1::HouseholdChange* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(scope_.Household(caller, request->household(), "household"));
    ASSIGN_OR_RETURN(*response, changes_.Record(*request, caller));
    return absl::OkStatus();
  });
}

grpc::Status HouseholdChangeServer::ListHouseholdChanges(
    grpc::ServerContext* context, const v1::ListHouseholdChangesRequest* request,
    v1::ListHouseholdChangesResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(scope_.Household(caller, request->household(), "household"));
    ASSIGN_OR_RETURN(*response, changes_.List(request->household()));
    return absl::OkStatus();
  });
}

grpc::Status HouseholdChangeServer::GetHouseholdVersion(
    grpc::ServerContext* context, const v1::GetHouseholdVersionRequest* request,
    v1::HouseholdVersion* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(
        scope_.Household(caller, HouseholdChanges::HouseholdOfVersion(request->name()), "name"));
    ASSIGN_OR_RETURN(*response, changes_.Version(request->name()));
    return absl::OkStatus();
  });
}

}  // namespace fupin::identification
