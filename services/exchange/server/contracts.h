// The contracts in force, taken up from the folder while running. A later contract must be
// compatible with the one in use, which the store remembers; an incompatible one is refused and the
// old one stays.
#ifndef FUPIN_SERVICES_EXCHANGE_SERVER_CONTRACTS_H_
#define FUPIN_SERVICES_EXCHANGE_SERVER_CONTRACTS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/contract/contract_set.h"
#include "libs/status/status.h"
#include "services/exchange/metrics.h"
#include "services/exchange/store/record_store.h"

namespace fupin::exchange {

// Safe for concurrent use.
class Contracts {
 public:
  Contracts(std::string folder, RecordStore& store, ExchangeMetrics& metrics);

  // Reads the folder when a file in it changed; cheap otherwise. Only a folder that cannot be read
  // at all is an error.
  absl::Status Refresh();

  std::shared_ptr<const contract::ContractSet> current() const;
  // Null when there is none; keeps the set it belongs to alive.
  std::shared_ptr<const contract::Contract> Find(const std::string& dataset) const;
  // Files and contracts that were refused, with the reason.
  std::vector<Problem> refused() const;

 private:
  const std::string folder_;
  RecordStore& store_;
  ExchangeMetrics& metrics_;
  mutable absl::Mutex mutex_;
  std::string folder_state_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const contract::ContractSet> current_ ABSL_GUARDED_BY(mutex_);
  std::vector<Problem> refused_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_SERVER_CONTRACTS_H_
