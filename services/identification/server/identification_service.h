// The RPCs of identification; each delegates to the part that knows.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_IDENTIFICATION_SERVICE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_IDENTIFICATION_SERVICE_H_

#include <grpcpp/server_context.h>

#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/automation.h"
#include "services/identification/server/finding_counts.h"
#include "services/identification/server/households.h"
#include "services/identification/server/listings.h"
#include "services/identification/server/rescore_jobs.h"
#include "services/identification/server/scope.h"
#include "services/identification/server/submit_survey.h"
#include "services/identification/server/totals.h"
#include "services/identification/server/what_if.h"

namespace fupin::identification {

struct IdentificationParts {
  const Scope& scope;
  SubmitSurvey& submit;
  Households& households;
  Listings& listings;
  FindingCounts& finding_counts;
  TotalsReader& totals;
  AutomationReader& automation;
  RescoreJobs& jobs;
  WhatIf& what_if;
};

class IdentificationServer final : public v1::IdentificationService::Service {
 public:
  IdentificationServer(rpc::Edge& edge, IdentificationParts parts) : edge_(edge), parts_(parts) {}

  grpc::Status GetForm(grpc::ServerContext* context, const v1::GetFormRequest* request,
                       v1::Form* response) override;
  grpc::Status SubmitSurvey(grpc::ServerContext* context, const v1::SubmitSurveyRequest* request,
                            v1::SubmitSurveyResponse* response) override;
  grpc::Status GetHousehold(grpc::ServerContext* context, const v1::GetHouseholdRequest* request,
                            v1::Household* response) override;
  grpc::Status ExplainScore(grpc::ServerContext* context, const v1::ExplainScoreRequest* request,
                            v1::ScoreExplanation* response) override;
  grpc::Status ListScores(grpc::ServerContext* context, const v1::ListScoresRequest* request,
                          v1::ListScoresResponse* response) override;
  grpc::Status ListHouseholds(grpc::ServerContext* context,
                              const v1::ListHouseholdsRequest* request,
                              v1::ListHouseholdsResponse* response) override;
  grpc::Status ListFindings(grpc::ServerContext* context, const v1::ListFindingsRequest* request,
                            v1::ListFindingsResponse* response) override;
  grpc::Status CountFindings(grpc::ServerContext* context, const v1::CountFindingsRequest* request,
                             v1::FindingCounts* response) override;
  grpc::Status ResolveFinding(grpc::ServerContext* context,
                              const v1::ResolveFindingRequest* request,
                              v1::Finding* response) override;
  grpc::Status GetTotals(grpc::ServerContext* context, const v1::GetTotalsRequest* request,
                         v1::Totals* response) override;
  grpc::Status GetAutomation(grpc::ServerContext* context, const v1::GetAutomationRequest* request,
                             v1::Automation* response) override;
  grpc::Status GetOverview(grpc::ServerContext* context, const v1::GetOverviewRequest* request,
                           v1::Overview* response) override;
  grpc::Status CreateRescoreJob(grpc::ServerContext* context,
                                const v1::CreateRescoreJobRequest* request,
                                v1::RescoreJob* response) override;
  grpc::Status GetRescoreJob(grpc::ServerContext* context, const v1::GetRescoreJobRequest* request,
                             v1::RescoreJob* response) override;
  grpc::Status WhatIf(grpc::ServerContext* context, const v1::WhatIfRequest* request,
                      v1::WhatIfResponse* response) override;
  grpc::Status GetDistribution(grpc::ServerContext* context,
                               const v1::GetDistributionRequest* request,
                               v1::Distribution* response) override;

 private:
  rpc::Edge& edge_;
  IdentificationParts parts_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_IDENTIFICATION_SERVICE_H_
