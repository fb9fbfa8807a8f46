// What is needed to judge a household: contracts, catalog and rules, taken up from their files
// while running. What cannot be loaded is told and the last good one stays in force.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_KNOWLEDGE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_KNOWLEDGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/catalog/catalog.h"
#include "libs/catalog/rules.h"
#include "libs/contract/contract_set.h"
#include "libs/status/status.h"

namespace fupin::identification {

// One consistent state; immutable.
struct Known {
  std::shared_ptr<const contract::ContractSet> contracts;
  std::shared_ptr<const catalog::Catalog> catalog;
  std::shared_ptr<const catalog::CrossCheckRules> rules;
  int generation = 0;  // raised whenever catalog or rules change
};

// Safe for concurrent use.
class Knowledge {
 public:
  struct Files {
    std::string contract_dir;
    std::string catalog;
    std::string cross_check;
  };
  explicit Knowledge(Files files) : files_(std::move(files)) {}

  // Reads what changed. The first call must succeed as a whole; later faults leave the last good
  // state in force. Returns whether catalog or rules changed.
  absl::StatusOr<bool> Refresh();
  std::shared_ptr<const Known> current() const;
  // Why files are not in force.
  std::vector<Problem> refused() const;

 private:
  const Files files_;
  mutable absl::Mutex mutex_;
  std::string state_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Known> current_ ABSL_GUARDED_BY(mutex_);
  std::vector<Problem> refused_ ABSL_GUARDED_BY(mutex_);
};

// How catalogs look up dataset fields in contracts.
catalog::SourceLookup LookupIn(const contract::ContractSet& contracts);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_KNOWLEDGE_H_
