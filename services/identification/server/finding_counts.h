// How many findings a division has, by rule.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_FINDING_COUNTS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_FINDING_COUNTS_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/store/records.pb.h"
#include "services/identification/store/score_store.h"

namespace fupin::identification {

using CountsByRule = std::map<std::string, store::RuleCounts>;

// Those with a finding, with the rules' names as far as `known` has them.
void DescribeRules(const CountsByRule& counts, const Known& known,
                   google::protobuf::RepeatedPtrField<v1::RuleTotal>* out);
void AddTo(CountsByRule& sum, const store::StoredCounters& part);

// Safe for concurrent use.
class FindingCounts {
 public:
  FindingCounts(const kv::Store& kv, const ScoreStore& scores, const Knowledge& knowledge,
                std::shared_ptr<const division::Tree> divisions, int partition_level)
      : kv_(kv),
        scores_(scores),
        knowledge_(knowledge),
        divisions_(std::move(divisions)),
        partition_level_(partition_level) {}

  absl::StatusOr<v1::FindingCounts> Count(const std::string& division) const;

 private:
  // Of whole townships there are counters; below, the households' findings are counted.
  absl::StatusOr<CountsByRule> OfTownships(const division::Division& division) const;
  absl::StatusOr<CountsByRule> OfHouseholds(const division::Division& division,
                                            const std::string& partition) const;

  const kv::Store& kv_;
  const ScoreStore& scores_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_FINDING_COUNTS_H_
