// Whether a rule of watching holds for a household (ID-10). Pure: the facts and the time come in.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_WATCH_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_WATCH_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/procedure/watch.h"
#include "services/identification/domain/case_state.h"

namespace fupin::identification {

struct WatchScore {
  absl::Time time;
  int32_t index_centipoints = 0;
  int poverty_class = 0;  // 1 poor, 2 possibly poor, 3 stable, 4 not scorable
  int64_t version = 0;
  bool scorable() const { return poverty_class >= 1 && poverty_class <= 3; }
};

struct WatchFacts {
  std::string status = "none";
  int status_version = 0;          // changes of status so far
  std::vector<WatchScore> scores;  // newest first
  // Open findings by severity: 1 info, 2 warning, 3 serious.
  std::set<std::string> open_findings[4];
};

// The best score the newest one is compared with.
struct WatchReference {
  int poverty_class = 0;
  int32_t index_centipoints = 0;
  absl::Time time;
};

// What of the facts the rule found.
struct WatchMatch {
  std::optional<WatchReference> reference;
  int stable_months = 0;
};

// Nothing: the rule does not hold. `kept`: what an open suggestion of this rule was compared with;
// it still counts when the months have passed over it, so that nobody's fall is forgotten by
// waiting.
std::optional<WatchMatch> Match(const procedure::WatchRule& rule, const WatchFacts& facts,
                                const std::optional<WatchReference>& kept, absl::Time now);

// Equal for facts that are the same for who decides: status, class, index and open findings of
// weight. Time alone changes nothing.
std::string FactKey(const WatchFacts& facts);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_WATCH_H_
