// Something happens in the synthetic province (合成数据) every day: houses are repaired or damaged,
// and the housing department pushes it; scores and map change with it.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_LIFE_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_LIFE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/fupinctl/commands/demo_data.h"

namespace fupin::fupinctl {

class DemoLife {
 public:
  // Nothing happens in the villages `spared`: what becomes of their households is told elsewhere.
  static absl::StatusOr<DemoLife> Make(const std::set<std::string>& spared);

  // One day, whose records are of `time`.
  absl::Status Day(int day, absl::Time time);
  // Every department pushes what it knows on that day.
  absl::Status Everything(absl::Time time);

 private:
  explicit DemoLife(DemoData data) : data_(std::move(data)) {}
  DemoData data_;
  std::vector<synthetic::MadeRecord> houses_;  // as the housing department sent them first
};

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_LIFE_H_
