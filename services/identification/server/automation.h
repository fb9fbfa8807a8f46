// Where values come from, over a division: how much departments fill and how old it is (EX-4).
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_AUTOMATION_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_AUTOMATION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/identification/metrics.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/store/records.pb.h"

namespace fupin::identification {

// Safe for concurrent use. Costs reading one row of a few kB per township of the division.
class AutomationReader {
 public:
  AutomationReader(const kv::Store& kv, const Knowledge& knowledge,
                   std::shared_ptr<const division::Tree> divisions, int partition_level,
                   const Clock& clock)
      : kv_(kv),
        knowledge_(knowledge),
        divisions_(std::move(divisions)),
        partition_level_(partition_level),
        clock_(clock) {}

  // A division below the unit that is counted (a village) gets the counts of that unit.
  // NOT_FOUND / DIVISION_UNKNOWN.
  absl::StatusOr<v1::Automation> Get(const std::string& division) const;

  // The division whose counts Get gives; `division` itself when there is none of that code.
  std::string Counted(const std::string& division) const;

  // Brings the gauges of the whole store up to date.
  absl::Status Measure(IdentificationMetrics& metrics) const;

 private:
  absl::StatusOr<store::StoredAutomation> Sum(const division::Division& division,
                                              const Known& known) const;
  absl::StatusOr<v1::Automation> Describe(const division::Division& division,
                                          const Known& known) const;

  const kv::Store& kv_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
  const Clock& clock_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_AUTOMATION_H_
