// The synthetic data (合成数据) of the demonstration, the same again from the same flags.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_DATA_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_DATA_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/contract/contract_set.h"
#include "libs/division/tree.h"
#include "services/fupinctl/synthetic/population.h"
#include "services/fupinctl/synthetic/records.h"

namespace fupin::fupinctl {

class DemoData {
 public:
  // By the flags --households, --seed, --today, --divisions, --contracts.
  static absl::StatusOr<DemoData> Load();

  const synthetic::Population& population() const { return population_; }
  const std::shared_ptr<const contract::ContractSet>& contracts() const { return contracts_; }
  uint64_t seed() const { return seed_; }

  // What departments know, told on that day.
  std::map<std::string, std::vector<synthetic::MadeRecord>> Records(absl::CivilDay day) const;
  // What the households answer; by the flag --catalog.
  absl::StatusOr<std::vector<identification::v1::SubmitSurveyRequest>> Surveys() const;

 private:
  DemoData() = default;
  std::shared_ptr<const division::Tree> divisions_;
  std::shared_ptr<const contract::ContractSet> contracts_;
  synthetic::Population population_;
  uint64_t seed_ = 0;
};

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_DATA_H_
