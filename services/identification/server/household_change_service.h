// Natural changes over gRPC: who may call is checked, the rest is handed on.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGE_SERVICE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGE_SERVICE_H_

#include "fupin/identification/v1/household_change_service.grpc.pb.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/household_changes.h"
#include "services/identification/server/scope.h"

namespace fupin::identification {

class HouseholdChangeServer final : public v1::HouseholdChangeService::Service {
 public:
  HouseholdChangeServer(rpc::Edge& edge, const Scope& scope, HouseholdChanges& changes)
      : edge_(edge), scope_(scope), changes_(changes) {}

  grpc::Status RecordHouseholdChange(grpc::ServerContext* context,
                                     const v1::RecordHouseholdChangeRequest* request,
                                     v1::HouseholdChange* response) override;
  grpc::Status ListHouseholdChanges(grpc::ServerContext* context,
                                    const v1::ListHouseholdChangesRequest* request,
                                    v1::ListHouseholdChangesResponse* response) override;
  grpc::Status GetHouseholdVersion(grpc::ServerContext* context,
                                   const v1::GetHouseholdVersionRequest* request,
                                   v1::HouseholdVersion* response) override;

 private:
  rpc::Edge& edge_;
  const Scope& scope_;
  HouseholdChanges& changes_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGE_SERVICE_H_
