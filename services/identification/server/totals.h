// Counts by division and over the whole store; no personal data.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_TOTALS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_TOTALS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/store/fact_store.h"
#include "services/identification/store/records.pb.h"
#include "services/identification/workers/scorer.h"

namespace fupin::identification {

// Safe for concurrent use. What it answers is at most half a second old.
class TotalsReader {
 public:
  TotalsReader(const kv::Store& kv, const FactStore& facts, const Scorer& scorer,
               const Knowledge& knowledge, std::shared_ptr<const division::Tree> divisions)
      : kv_(kv),
        facts_(facts),
        scorer_(scorer),
        knowledge_(knowledge),
        divisions_(std::move(divisions)) {}

  absl::StatusOr<v1::Totals> Get(const std::string& division);
  absl::StatusOr<v1::Overview> GetOverview();

 private:
  // Counts of every division, parts added up, by Division::order().
  using Sums = std::vector<store::StoredTotals>;
  absl::StatusOr<std::shared_ptr<const Sums>> Current();
  v1::DivisionTotal ToProto(const division::Division& division, const Sums& sums) const;

  const kv::Store& kv_;
  const FactStore& facts_;
  const Scorer& scorer_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
  absl::Mutex mutex_;
  absl::Time read_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::shared_ptr<const Sums> sums_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_TOTALS_H_
