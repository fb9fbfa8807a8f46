// Whether a household's income, seen through its index, has been stable for months.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_STABLE_INCOME_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_STABLE_INCOME_H_

#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/procedure/procedure.h"
#include "services/identification/domain/case_state.h"

namespace fupin::identification {

enum class Stability {
  kStable,
  kLow,    // below the index, or not scorable, within the months
  kShort,  // scores do not reach back far enough
};

// The first day of the last `months` months; of a day the month lacks, the month's last.
absl::CivilDay MonthsBack(absl::CivilDay day, int months);

// `scores`: newest first.
Stability StabilityOf(const std::vector<CaseFacts::Score>& scores,
                      const procedure::StableIncome& rule, absl::Time now);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_STABLE_INCOME_H_
