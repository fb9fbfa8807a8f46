// Suggestions over gRPC: who may call is checked, the rest is handed on.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_WATCH_SERVICE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_WATCH_SERVICE_H_

#include "fupin/identification/v1/watch_service.grpc.pb.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/scope.h"
#include "services/identification/server/suggestions.h"

namespace fupin::identification {

class WatchServer final : public v1::WatchService::Service {
 public:
  WatchServer(rpc::Edge& edge, const Scope& scope, Suggestions& suggestions)
      : edge_(edge), scope_(scope), suggestions_(suggestions) {}

  grpc::Status ListSuggestions(grpc::ServerContext* context,
                               const v1::ListSuggestionsRequest* request,
                               v1::ListSuggestionsResponse* response) override;
  grpc::Status ListHouseholdSuggestions(grpc::ServerContext* context,
                                        const v1::ListHouseholdSuggestionsRequest* request,
                                        v1::ListHouseholdSuggestionsResponse* response) override;
  grpc::Status GetSuggestion(grpc::ServerContext* context, const v1::GetSuggestionRequest* request,
                             v1::Suggestion* response) override;
  grpc::Status TakeUpSuggestion(grpc::ServerContext* context,
                                const v1::TakeUpSuggestionRequest* request,
                                v1::Suggestion* response) override;
  grpc::Status DismissSuggestion(grpc::ServerContext* context,
                                 const v1::DismissSuggestionRequest* request,
                                 v1::Suggestion* response) override;

 private:
  rpc::Edge& edge_;
  const Scope& scope_;
  Suggestions& suggestions_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_WATCH_SERVICE_H_
