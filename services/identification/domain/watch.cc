#include "services/identification/domain/watch.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/identification/domain/shanghai_day.h"
#include "services/identification/domain/stable_income.h"

namespace fupin::identification {
namespace {

constexpr int kSerious = 3;
constexpr int kWarning = 2;

// The best of the scores in force within the last months, but for the newest, and of `kept`.
std::optional<WatchReference> BestOf(const WatchFacts& facts, int months,
                                     const std::optional<WatchReference>& kept, absl::Time now) {
  const absl::CivilDay from = MonthsBack(DayOf(now), months);
  std::optional<WatchReference> best = kept;
  for (size_t i = 1; i < facts.scores.size(); ++i) {
    const WatchScore& score = facts.scores[i];
    if (score.scorable() && (!best || score.index_centipoints > best->index_centipoints)) {
      best = WatchReference{score.poverty_class, score.index_centipoints, score.time};
    }
    // This one was in force when the months began.
    if (DayOf(score.time) <= from) break;
  }
  return best;
}

bool Any(const WatchFacts& facts, int severity) {
  for (int each = severity; each <= kSerious; ++each) {
    if (!facts.open_findings[each].empty()) return true;
  }
  return false;
}

}  // namespace

std::optional<WatchMatch> Match(const procedure::WatchRule& rule, const WatchFacts& facts,
                                const std::optional<WatchReference>& kept, absl::Time now) {
  if (facts.scores.empty() || !facts.scores.front().scorable() ||
      std::find(rule.from_statuses.begin(), rule.from_statuses.end(), facts.status) ==
          rule.from_statuses.end()) {
    return std::nullopt;
  }
  const WatchScore& newest = facts.scores.front();
  WatchMatch match;
  for (const procedure::WatchCondition& condition : rule.conditions) {
    bool holds = false;
    if (const auto* classes = std::get_if<procedure::ClassIn>(&condition)) {
      holds = std::find(classes->classes.begin(), classes->classes.end(), newest.poverty_class) !=
              classes->classes.end();
    } else if (const auto* fell = std::get_if<procedure::ClassFell>(&condition)) {
      match.reference = BestOf(facts, fell->within_months, kept, now);
      holds = match.reference && newest.poverty_class < match.reference->poverty_class;
    } else if (const auto* drop = std::get_if<procedure::IndexDrop>(&condition)) {
      match.reference = BestOf(facts, drop->within_months, kept, now);
      holds = match.reference &&
              match.reference->index_centipoints - newest.index_centipoints >= drop->centipoints;
    } else if (const auto* range = std::get_if<procedure::IndexRange>(&condition)) {
      holds =
          newest.index_centipoints >= range->at_least && newest.index_centipoints < range->below;
    } else if (const auto* stable = std::get_if<procedure::StableIncome>(&condition)) {
      std::vector<CaseFacts::Score> scores;
      for (const WatchScore& score : facts.scores) {
        scores.push_back({score.time, score.index_centipoints, score.scorable()});
      }
      holds = StabilityOf(scores, *stable, now) == Stability::kStable;
      match.stable_months = stable->months;
    } else if (const auto* none = std::get_if<procedure::NoOpenFinding>(&condition)) {
      holds = !Any(facts, none->severity);
    } else if (const auto* open = std::get_if<procedure::OpenFinding>(&condition)) {
      holds = Any(facts, open->severity);
    }
    if (!holds) return std::nullopt;
  }
  return match;
}

std::string FactKey(const WatchFacts& facts) {
  std::string key = absl::StrCat(facts.status, "/", facts.status_version);
  if (!facts.scores.empty()) {
    const WatchScore& newest = facts.scores.front();
    absl::StrAppend(&key, " ", newest.poverty_class, " ",
                    newest.scorable() ? newest.index_centipoints : 0);
  }
  for (const int severity : {kSerious, kWarning}) {
    absl::StrAppend(&key, " ", absl::StrJoin(facts.open_findings[severity], ","));
  }
  return key;
}

}  // namespace fupin::identification
