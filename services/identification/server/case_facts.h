// What the engine of procedures must know of a household, read and judged now.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_FACTS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_FACTS_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/clock/clock.h"
#include "libs/procedure/procedure.h"
#include "services/identification/domain/case_state.h"
#include "services/identification/server/form_filler.h"
#include "services/identification/server/judge.h"
#include "services/identification/store/case_records.pb.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/score_store.h"
#include "services/identification/workers/scorer.h"

namespace fupin::identification {

struct KnownFacts {
  CaseFacts facts;
  std::string division;  // of the newest survey; empty: never surveyed
  std::string head_masked;
  int person_count = 0;
  std::optional<store::StoredScore> score;
};

// Safe for concurrent use.
class CaseFactsReader {
 public:
  CaseFactsReader(const HouseholdStore& households, const ScoreStore& scores, Scorer& scorer,
                  const Gatherer& gatherer, const Knowledge& knowledge, const FormFiller& form,
                  const Clock& clock)
      : households_(households),
        scores_(scores),
        scorer_(scorer),
        form_(form),
        clock_(clock),
        judge_(gatherer, knowledge) {}

  // `judge`: compares and scores the household now, so that a decision never rests on an answer
  // that has not been compared yet; some 0.2 ms. A case without a household has no facts.
  absl::StatusOr<KnownFacts> Read(const store::StoredCase& stored,
                                  const procedure::Procedure& procedure, bool judge);

 private:
  const HouseholdStore& households_;
  const ScoreStore& scores_;
  Scorer& scorer_;
  const FormFiller& form_;
  const Clock& clock_;
  absl::Mutex judging_;
  Judge judge_ ABSL_GUARDED_BY(judging_);
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_FACTS_H_
