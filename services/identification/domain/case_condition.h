// Conditions of an action (ID-9, ID-10): what a case still lacks before it may be done. Pure.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_CONDITION_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_CONDITION_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "libs/procedure/procedure.h"
#include "services/identification/domain/case_state.h"

namespace fupin::identification {

struct Lack {
  const char* reason;  // as CaseFlow::Act names it: "SURVEY_MISSING"
  std::string zh;      // what is missing and what to do
  std::string en;
};

// None: the condition holds.
std::optional<Lack> LackOf(const procedure::Condition& condition, const CaseState& state,
                           const CaseFacts& facts, absl::Time now);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_CONDITION_H_
