#include "services/identification/server/household_change_service.h"

#include "libs/rpc/answer.h"
#include "libs/status/macros.h"
#include "services/identification/server/change_words.h"

namespace fupin::identification {

grpc::Status HouseholdChangeServer::RecordHouseholdChange(
    grpc::ServerContext* context, const v1::RecordHouseholdChangeRequest* request,
    v1::HouseholdChange* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) -> absl::StatusOr<v1::HouseholdChange> {
                       RETURN_IF_ERROR(scope_.Household(caller, request->household(), "household"));
                       return changes_.Record(*request, caller);
                     });
}

grpc::Status HouseholdChangeServer::ListHouseholdChanges(
    grpc::ServerContext* context, const v1::ListHouseholdChangesRequest* request,
    v1::ListHouseholdChangesResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListHouseholdChangesResponse> {
        RETURN_IF_ERROR(scope_.Household(caller, request->household(), "household"));
        return changes_.List(request->household());
      });
}

grpc::Status HouseholdChangeServer::GetHouseholdVersion(
    grpc::ServerContext* context, const v1::GetHouseholdVersionRequest* request,
    v1::HouseholdVersion* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::HouseholdVersion> {
        RETURN_IF_ERROR(scope_.Household(caller, HouseholdOfVersion(request->name()), "name"));
        return changes_.Version(request->name());
      });
}

}  // namespace fupin::identification
