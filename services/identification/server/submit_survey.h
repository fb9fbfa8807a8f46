// Takes a survey in: checks it, finds its household, stores it as a new version (ID-2, ID-3).
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_SUBMIT_SURVEY_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_SUBMIT_SURVEY_H_

#include <memory>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/rpc/edge.h"
#include "services/identification/metrics.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/scope.h"
#include "services/identification/server/subjects.h"
#include "services/identification/store/household_store.h"
#include "services/identification/workers/scorer.h"

namespace fupin::identification {

// Safe for concurrent use.
class SubmitSurvey {
 public:
  SubmitSurvey(HouseholdStore& households, const Scope& scope, const Knowledge& knowledge,
               const Subjects& subjects, std::shared_ptr<const division::Tree> divisions,
               int partition_level, Scorer& scorer, IdentificationMetrics& metrics,
               const Clock& clock)
      : households_(households),
        scope_(scope),
        knowledge_(knowledge),
        subjects_(subjects),
        divisions_(std::move(divisions)),
        partition_level_(partition_level),
        scorer_(scorer),
        metrics_(metrics),
        clock_(clock) {}

  absl::StatusOr<v1::SubmitSurveyResponse> Run(const v1::SubmitSurveyRequest& request,
                                               const rpc::Caller& caller);

 private:
  // Checks and brings values into their one form; fills the subjects.
  std::vector<Problem> Check(v1::Survey* survey, store::StoredHousehold* household) const;

  HouseholdStore& households_;
  const Scope& scope_;
  const Knowledge& knowledge_;
  const Subjects& subjects_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
  Scorer& scorer_;
  IdentificationMetrics& metrics_;
  const Clock& clock_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_SUBMIT_SURVEY_H_
