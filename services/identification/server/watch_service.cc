#include "services/identification/server/watch_service.h"

#include "libs/status/macros.h"

namespace fupin::identification {

grpc::Status WatchServer::ListSuggestions(grpc::ServerContext* context,
                                          const v1::ListSuggestionsRequest* request,
                                          v1::ListSuggestionsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(scope_.Division(caller, request->division(), "division"));
    ASSIGN_OR_RETURN(*response, suggestions_.List(*request));
    return absl::OkStatus();
  });
}

grpc::Status WatchServer::ListHouseholdSuggestions(
    grpc::ServerContext* context, const v1::ListHouseholdSuggestionsRequest* request,
    v1::ListHouseholdSuggestionsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(scope_.Household(caller, request->household(), "household"));
    ASSIGN_OR_RETURN(*response, suggestions_.OfHousehold(request->household()));
    return absl::OkStatus();
  });
}

grpc::Status WatchServer::GetSuggestion(grpc::ServerContext* context,
                                        const v1::GetSuggestionRequest* request,
                                        v1::Suggestion* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, suggestions_.Get(request->name(), caller));
    return absl::OkStatus();
  });
}

grpc::Status WatchServer::TakeUpSuggestion(grpc::ServerContext* context,
                                           const v1::TakeUpSuggestionRequest* request,
                                           v1::Suggestion* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, suggestions_.TakeUp(*request, caller));
    return absl::OkStatus();
  });
}

grpc::Status WatchServer::DismissSuggestion(grpc::ServerContext* context,
                                            const v1::DismissSuggestionRequest* request,
                                            v1::Suggestion* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response, suggestions_.Dismiss(*request, caller));
    return absl::OkStatus();
  });
}

}  // namespace fupin::identification
