// One household: what is known of it, how it was judged and why.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLDS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLDS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "services/identification/server/judge.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/store/score_store.h"

namespace fupin::identification {

// "households/<id>" of "households/<id>/findings/<finding>"; a name of another form as it is.
std::string HouseholdOfFinding(const std::string& name);

// Safe for concurrent use.
class Households {
 public:
  Households(const Gatherer& gatherer, ScoreStore& scores, const Knowledge& knowledge,
             std::shared_ptr<const division::Tree> divisions, const Clock& clock)
      : gatherer_(gatherer),
        scores_(scores),
        knowledge_(knowledge),
        divisions_(std::move(divisions)),
        clock_(clock) {}

  absl::StatusOr<v1::Form> Form() const;
  absl::StatusOr<v1::Household> Get(const std::string& name) const;
  absl::StatusOr<v1::ScoreExplanation> Explain(const std::string& name) const;
  absl::StatusOr<v1::ListScoresResponse> Scores(const std::string& name) const;
  // `officer`: the officer who settles it, in whose name it is then recorded; empty: the request
  // says who.
  absl::StatusOr<v1::Finding> Resolve(const v1::ResolveFindingRequest& request,
                                      absl::string_view officer);

 private:
  const Gatherer& gatherer_;
  ScoreStore& scores_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
  const Clock& clock_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLDS_H_
