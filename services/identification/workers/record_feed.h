// Takes the exchange's records in: decodes them, finds their subject, stores them as facts.
#ifndef FUPIN_SERVICES_IDENTIFICATION_WORKERS_RECORD_FEED_H_
#define FUPIN_SERVICES_IDENTIFICATION_WORKERS_RECORD_FEED_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/clock/clock.h"
#include "libs/feed/feed_consumer.h"
#include "services/identification/metrics.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/subjects.h"
#include "services/identification/store/fact_store.h"
#include "services/identification/workers/scorer.h"

namespace fupin::identification {

class RecordFeed : public feed::FeedHandler {
 public:
  RecordFeed(FactStore& facts, const Knowledge& knowledge, const Subjects& subjects, Scorer& scorer,
             IdentificationMetrics& metrics, const Clock& clock)
      : facts_(facts),
        knowledge_(knowledge),
        subjects_(subjects),
        scorer_(scorer),
        metrics_(metrics),
        clock_(clock) {}

  absl::StatusOr<feed::Position> Load() override { return facts_.Position(); }
  absl::Status Apply(const std::string& epoch, const std::vector<feed::v1::Event>& events) override;
  absl::Status Save(const feed::Position& position) override { return facts_.Save(position); }

 private:
  absl::StatusOr<IncomingFact> Read(const feed::v1::Event& event) const;

  FactStore& facts_;
  const Knowledge& knowledge_;
  const Subjects& subjects_;
  Scorer& scorer_;
  IdentificationMetrics& metrics_;
  const Clock& clock_;
  // How often an event could not be read; it is set aside after a few tries, so that a contract
  // that comes a moment later than its first record does not cost the record.
  std::map<std::pair<std::string, int64_t>, int> tries_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_WORKERS_RECORD_FEED_H_
