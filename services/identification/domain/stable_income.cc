#include "services/identification/domain/stable_income.h"

#include <algorithm>

#include "services/identification/domain/shanghai_day.h"

namespace fupin::identification {

absl::CivilDay MonthsBack(absl::CivilDay day, int months) {
  const absl::CivilMonth month(day);
  return std::min(absl::CivilDay(month - months) + (day.day() - 1),
                  absl::CivilDay(month - months + 1) - 1);
}

Stability StabilityOf(const std::vector<CaseFacts::Score>& scores,
                      const procedure::StableIncome& rule, absl::Time now) {
  const absl::CivilDay from = MonthsBack(DayOf(now), rule.months);
  for (const CaseFacts::Score& score : scores) {
    if (!score.scorable || score.index_centipoints < rule.index_centipoints) return Stability::kLow;
    // The first score at or before the window covers its beginning.
    if (DayOf(score.time) <= from) return Stability::kStable;
  }
  return Stability::kShort;
}

}  // namespace fupin::identification
