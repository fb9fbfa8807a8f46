// Judges households: gathers survey and facts from the store, derives, scores and cross-checks.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_JUDGE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_JUDGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/division/tree.h"
#include "services/identification/domain/cross_check.h"
#include "services/identification/domain/derive.h"
#include "services/identification/domain/household.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/subjects.h"
#include "services/identification/store/fact_store.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/score_store.h"

namespace fupin::identification {

// A household as judged, with what the parts of the answer point at.
struct Gathered {
  OpenHousehold survey;
  Household household;
};

// Safe for concurrent use.
class Gatherer {
 public:
  Gatherer(const HouseholdStore& households, const FactStore& facts, const Subjects& subjects,
           std::shared_ptr<const division::Tree> divisions)
      : households_(households),
        facts_(facts),
        subjects_(subjects),
        divisions_(std::move(divisions)) {}

  // Survey and facts joined. HOUSEHOLD_NOT_FOUND.
  absl::StatusOr<Gathered> Gather(const std::string& id) const;

 private:
  const HouseholdStore& households_;
  const FactStore& facts_;
  const Subjects& subjects_;
  const std::shared_ptr<const division::Tree> divisions_;
};

// Not thread-safe: one per thread. Follows the catalog in force.
class Judge {
 public:
  Judge(const Gatherer& gatherer, const Knowledge& knowledge)
      : gatherer_(gatherer), knowledge_(knowledge) {}

  absl::StatusOr<Evaluation> Evaluate(const std::string& id);

  // The parts, for explanations; valid until the next call.
  absl::StatusOr<Evaluator*> evaluator();
  const Known& known() const { return *known_; }

 private:
  absl::Status Ready();

  const Gatherer& gatherer_;
  const Knowledge& knowledge_;
  std::shared_ptr<const Known> known_;
  std::unique_ptr<Evaluator> evaluator_;
  std::unique_ptr<CrossChecker> checker_;
};

// "members/0 M003", "H012", or the record's name: what a value rests on.
std::string Describe(const Evidence& evidence, const Household& household,
                     const catalog::Catalog& catalog);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_JUDGE_H_
