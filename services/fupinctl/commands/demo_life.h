// Something happens in the synthetic province (合成数据) every day: houses are repaired or damaged,
// and the housing department pushes it; scores and map change with it.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_LIFE_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_LIFE_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/contract/contract_set.h"
#include "services/fupinctl/synthetic/records.h"

namespace fupin::fupinctl {

class DemoLife {
 public:
  // The population that `fupinctl demo` made of the same flags.
  static absl::StatusOr<DemoLife> Make();

  // One day, whose records are of `time`.
  absl::Status Day(int day, absl::Time time);

 private:
  DemoLife() = default;
  std::shared_ptr<const contract::ContractSet> contracts_;
  std::vector<synthetic::MadeRecord> houses_;  // as the housing department sent them first
};

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_LIFE_H_
