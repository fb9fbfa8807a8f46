#include "services/exchange/server/contracts.h"

#include <utility>

#include "libs/config/folder_state.h"
#include "libs/contract/compatibility.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"

namespace fupin::exchange {
Contracts::Contracts(std::string folder, RecordStore& store, ExchangeMetrics& metrics)
    : folder_(std::move(folder)), store_(store), metrics_(metrics) {}

absl::Status Contracts::Refresh() {
  const std::string state = config::FolderState({folder_});
  {
    absl::MutexLock lock(&mutex_);
    if (current_ != nullptr && state == folder_state_) return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto loaded, contract::ContractSet::Load(folder_));
  for (const std::string& dataset : loaded->datasets()) {
    ASSIGN_OR_RETURN(const auto in_use, store_.ContractInUse(dataset));
    if (in_use && in_use->descriptor_set() == loaded->Find(dataset)->descriptor_set) continue;
    if (in_use) {
      const auto before = contract::ParseContract(in_use->descriptor_set(), dataset);
      if (before.ok()) {
        const auto breaking = contract::BreakingChanges(**before, *loaded->Find(dataset));
        if (!breaking.empty()) {
          loaded = loaded->With(dataset, *before, breaking);
          continue;
        }
      }
    }
    store::StoredContract stored;
    stored.set_descriptor_set(loaded->Find(dataset)->descriptor_set);
    RETURN_IF_ERROR(store_.UseContract(dataset, stored));
  }
  for (const Problem& problem : loaded->refused()) {
    log::Warning("contract refused", {{"reason", problem.reason},
                                      {"field", problem.field},
                                      {"message_zh", problem.message_zh},
                                      {"message_en", problem.message_en}});
  }
  metrics_.refused_contracts.Set(static_cast<double>(loaded->refused().size()));
  log::Info("contracts loaded", {{"datasets", loaded->datasets().size()}});
  absl::MutexLock lock(&mutex_);
  current_ = std::move(loaded);
  folder_state_ = state;
  return absl::OkStatus();
}

std::shared_ptr<const contract::ContractSet> Contracts::current() const {
  absl::MutexLock lock(&mutex_);
  return current_;
}

std::shared_ptr<const contract::Contract> Contracts::Find(const std::string& dataset) const {
  return current()->Share(dataset);
}

std::vector<Problem> Contracts::refused() const { return current()->refused(); }

}  // namespace fupin::exchange
