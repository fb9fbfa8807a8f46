#include "services/identification/server/watch_service.h"

#include "libs/rpc/answer.h"
#include "libs/status/macros.h"

namespace fupin::identification {

grpc::Status WatchServer::ListSuggestions(grpc::ServerContext* context,
                                          const v1::ListSuggestionsRequest* request,
                                          v1::ListSuggestionsResponse* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListSuggestionsResponse> {
                       RETURN_IF_ERROR(scope_.Division(caller, request->division(), "division"));
                       return suggestions_.List(*request);
                     });
}

grpc::Status WatchServer::ListHouseholdSuggestions(
    grpc::ServerContext* context, const v1::ListHouseholdSuggestionsRequest* request,
    v1::ListHouseholdSuggestionsResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListHouseholdSuggestionsResponse> {
        RETURN_IF_ERROR(scope_.Household(caller, request->household(), "household"));
        return suggestions_.OfHousehold(request->household());
      });
}

grpc::Status WatchServer::GetSuggestion(grpc::ServerContext* context,
                                        const v1::GetSuggestionRequest* request,
                                        v1::Suggestion* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return suggestions_.Get(request->name(), caller);
  });
}

grpc::Status WatchServer::TakeUpSuggestion(grpc::ServerContext* context,
                                           const v1::TakeUpSuggestionRequest* request,
                                           v1::Suggestion* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return suggestions_.TakeUp(*request, caller);
  });
}

grpc::Status WatchServer::DismissSuggestion(grpc::ServerContext* context,
                                            const v1::DismissSuggestionRequest* request,
                                            v1::Suggestion* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return suggestions_.Dismiss(*request, caller);
  });
}

}  // namespace fupin::identification
