// Synthetic records (合成数据) to the exchange, each by its department.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_PUSH_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_PUSH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/contract/contract_set.h"
#include "services/fupinctl/synthetic/records.h"

namespace fupin::fupinctl {

struct PushCounts {
  int64_t fresh = 0;
  int64_t change = 0;
  int64_t unchanged = 0;
  int64_t rejected = 0;
  int64_t wrongly_rejected = 0;  // not planted
  int64_t missed = 0;            // planted, yet accepted
};

// Runs `work(i)` for 0 <= i < count on a few threads; the first error ends it. `make` makes the
// work of one thread, with whatever that thread keeps for itself.
absl::Status InParallel(size_t count,
                        const std::function<std::function<absl::Status(size_t)>()>& make);

// Every dataset in a stream of this id; counts by department.
absl::Status PushMade(const std::map<std::string, std::vector<synthetic::MadeRecord>>& made,
                      const contract::ContractSet& contracts, const std::string& stream,
                      std::map<std::string, PushCounts>* by_department);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_PUSH_H_
