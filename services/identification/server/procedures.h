// The procedures in force, taken up from their folder while running. What cannot be loaded is told
// and the last good state stays.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_PROCEDURES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_PROCEDURES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/config/folder_state.h"
#include "libs/procedure/procedure_set.h"

namespace fupin::identification {

// Safe for concurrent use.
class Procedures {
 public:
  Procedures(std::string folder, std::vector<std::string> levels)
      : folder_(std::move(folder)), levels_(std::move(levels)) {}

  // Reads the folder when it changed. A folder without a procedure that is in force stays out.
  absl::Status Refresh() {
    const std::string state = folder_.empty() ? "none" : config::FolderState({folder_});
    {
      absl::MutexLock lock(&mutex_);
      if (state == state_) return absl::OkStatus();
      state_ = state;
    }
    auto set = folder_.empty() ? procedure::ProcedureSet::Parse({}, levels_)
                               : procedure::ProcedureSet::Load(folder_, levels_);
    if (!set.ok()) return set.status();
    absl::MutexLock lock(&mutex_);
    current_ = *std::move(set);
    return absl::OkStatus();
  }
  std::shared_ptr<const procedure::ProcedureSet> current() const {
    absl::MutexLock lock(&mutex_);
    return current_;
  }

 private:
  const std::string folder_;
  const std::vector<std::string> levels_;
  mutable absl::Mutex mutex_;
  std::string state_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const procedure::ProcedureSet> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_PROCEDURES_H_
