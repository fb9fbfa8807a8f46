#include "services/identification/server/identification_service.h"

#include <utility>

#include "libs/rpc/answer.h"
#include "libs/status/macros.h"

namespace fupin::identification {
grpc::Status IdentificationServer::GetForm(grpc::ServerContext* context,
                                           const v1::GetFormRequest* request, v1::Form* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.households.Form(); });
}

grpc::Status IdentificationServer::SubmitSurvey(grpc::ServerContext* context,
                                                const v1::SubmitSurveyRequest* request,
                                                v1::SubmitSurveyResponse* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.submit.Run(*request, caller);
  });
}

grpc::Status IdentificationServer::GetHousehold(grpc::ServerContext* context,
                                                const v1::GetHouseholdRequest* request,
                                                v1::Household* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Household> {
                       RETURN_IF_ERROR(parts_.scope.Household(caller, request->name(), "name"));
                       return parts_.households.Get(request->name());
                     });
}

grpc::Status IdentificationServer::ExplainScore(grpc::ServerContext* context,
                                                const v1::ExplainScoreRequest* request,
                                                v1::ScoreExplanation* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ScoreExplanation> {
                       RETURN_IF_ERROR(parts_.scope.Household(caller, request->name(), "name"));
                       return parts_.households.Explain(request->name());
                     });
}

grpc::Status IdentificationServer::ListScores(grpc::ServerContext* context,
                                              const v1::ListScoresRequest* request,
                                              v1::ListScoresResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListScoresResponse> {
        RETURN_IF_ERROR(parts_.scope.Household(caller, request->household(), "household"));
        return parts_.households.Scores(request->household());
      });
}

grpc::Status IdentificationServer::ListHouseholds(grpc::ServerContext* context,
                                                  const v1::ListHouseholdsRequest* request,
                                                  v1::ListHouseholdsResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListHouseholdsResponse> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.listings.Households(*request);
      });
}

grpc::Status IdentificationServer::ListFindings(grpc::ServerContext* context,
                                                const v1::ListFindingsRequest* request,
                                                v1::ListFindingsResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListFindingsResponse> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.listings.Findings(*request);
      });
}

grpc::Status IdentificationServer::CountFindings(grpc::ServerContext* context,
                                                 const v1::CountFindingsRequest* request,
                                                 v1::FindingCounts* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::FindingCounts> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.finding_counts.Count(request->division());
      });
}

grpc::Status IdentificationServer::ResolveFinding(grpc::ServerContext* context,
                                                  const v1::ResolveFindingRequest* request,
                                                  v1::Finding* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Finding> {
        RETURN_IF_ERROR(
            parts_.scope.Household(caller, HouseholdOfFinding(request->name()), "name"));
        const bool officer = caller.principal.role == type::v1::ROLE_OFFICER;
        return parts_.households.Resolve(*request, officer ? caller.principal.id : std::string());
      });
}

grpc::Status IdentificationServer::GetTotals(grpc::ServerContext* context,
                                             const v1::GetTotalsRequest* request,
                                             v1::Totals* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Totals> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.totals.Get(request->division());
      });
}

grpc::Status IdentificationServer::GetAutomation(grpc::ServerContext* context,
                                                 const v1::GetAutomationRequest* request,
                                                 v1::Automation* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Automation> {
                       RETURN_IF_ERROR(parts_.scope.Division(
                           caller, parts_.automation.Counted(request->division()), "division"));
                       return parts_.automation.Get(request->division());
                     });
}

grpc::Status IdentificationServer::GetOverview(grpc::ServerContext* context,
                                               const v1::GetOverviewRequest* request,
                                               v1::Overview* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.totals.GetOverview(); });
}

grpc::Status IdentificationServer::CreateRescoreJob(grpc::ServerContext* context,
                                                    const v1::CreateRescoreJobRequest* request,
                                                    v1::RescoreJob* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.jobs.Create(); });
}

grpc::Status IdentificationServer::GetRescoreJob(grpc::ServerContext* context,
                                                 const v1::GetRescoreJobRequest* request,
                                                 v1::RescoreJob* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.jobs.Get(request->name()); });
}

grpc::Status IdentificationServer::WhatIf(grpc::ServerContext* context,
                                          const v1::WhatIfRequest* request,
                                          v1::WhatIfResponse* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller&) {
    return parts_.what_if.Run(request->catalog_text());
  });
}

grpc::Status IdentificationServer::GetDistribution(grpc::ServerContext* context,
                                                   const v1::GetDistributionRequest* request,
                                                   v1::Distribution* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.what_if.GetDistribution(*request); });
}

}  // namespace fupin::identification
