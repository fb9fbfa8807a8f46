#include "services/identification/server/rescore_jobs.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/convert.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kGroup = 64;

}  // namespace

absl::StatusOr<v1::RescoreJob> RescoreJobs::Create() {
  absl::MutexLock lock(&mutex_);
  if (job_.state() == v1::RescoreJob::STATE_RUNNING) return Refuse("RESCORE_RUNNING");
  if (thread_.joinable()) thread_.join();
  job_.Clear();
  job_.set_name(absl::StrCat("rescoreJobs/", absl::ToUnixMillis(clock_.Now())));
  job_.set_state(v1::RescoreJob::STATE_RUNNING);
  *job_.mutable_start_time() = ToTimestamp(clock_.Now());
  thread_ = std::thread([this] { Run(); });
  return job_;
}

absl::StatusOr<v1::RescoreJob> RescoreJobs::Get(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  if (job_.name() != name || name.empty()) return Refuse("RESCORE_JOB_UNKNOWN", "name");
  return job_;
}

void RescoreJobs::Stop() {
  stopping_ = true;
  std::thread thread;
  {
    absl::MutexLock lock(&mutex_);
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

void RescoreJobs::Run() {
  const absl::Status status = JudgeAll();
  absl::MutexLock lock(&mutex_);
  job_.set_state(status.ok() ? v1::RescoreJob::STATE_DONE : v1::RescoreJob::STATE_FAILED);
  if (!status.ok()) job_.add_error_samples(std::string(status.message()));
  *job_.mutable_end_time() = ToTimestamp(clock_.Now());
  log::Info("rescoring ended", {{"done", job_.done_count()},
                                {"changed", job_.changed_count()},
                                {"reason", status.ok() ? "OK" : ReasonOf(status)}});
}

absl::Status RescoreJobs::JudgeAll() {
  std::vector<std::vector<std::string>> groups;
  int64_t total = 0;
  std::string township;
  RETURN_IF_ERROR(kv_.ScanTable(
      kHouseholds, [&](absl::string_view partition, absl::string_view key, absl::string_view) {
        if (groups.empty() || groups.back().size() == kGroup || partition != township) {
          groups.emplace_back();
          township = std::string(partition);
        }
        groups.back().emplace_back(key);
        ++total;
        return true;
      }));
  {
    absl::MutexLock lock(&mutex_);
    job_.set_total_count(total);
  }
  Judge judge(gatherer_, knowledge_);
  for (const std::vector<std::string>& group : groups) {
    if (stopping_) return absl::CancelledError("the service is stopping");
    ASSIGN_OR_RETURN(const int64_t changed, scorer_.JudgeNow(judge, group));
    absl::MutexLock lock(&mutex_);
    job_.set_done_count(job_.done_count() + static_cast<int64_t>(group.size()));
    job_.set_changed_count(job_.changed_count() + changed);
  }
  return absl::OkStatus();
}

}  // namespace fupin::identification
