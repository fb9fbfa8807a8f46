#include "services/identification/workers/scorer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

// Judged together and synced once.
constexpr size_t kGroup = 64;
constexpr int kPage = 500;
constexpr absl::Duration kRetry = absl::Milliseconds(200);

bool IsPlace(const std::string& marked) { return absl::StartsWith(marked, "@"); }

}  // namespace

Scorer::Scorer(kv::Store& kv, HouseholdStore& households, ScoreStore& scores,
               const Gatherer& gatherer, const Knowledge& knowledge,
               std::shared_ptr<const division::Tree> divisions, int partition_level,
               IdentificationMetrics& metrics, const Clock& clock, int threads)
    : kv_(kv),
      households_(households),
      scores_(scores),
      gatherer_(gatherer),
      knowledge_(knowledge),
      divisions_(std::move(divisions)),
      partition_level_(partition_level),
      metrics_(metrics),
      clock_(clock),
      thread_count_(threads) {}

absl::Status Scorer::Start() {
  ASSIGN_OR_RETURN(const auto unlinked, households_.Unlinked());
  for (const std::string& id : unlinked) RETURN_IF_ERROR(households_.Link(id).status());
  std::vector<Mark> marked;
  RETURN_IF_ERROR(
      kv_.ScanTable(kQueue, [&](absl::string_view shard, absl::string_view key, absl::string_view) {
        marked.push_back({std::string(shard), std::string(key)});
        return true;
      }));
  if (!marked.empty()) log::Info("taking up marked households", {{"count", marked.size()}});
  Notify(marked);
  for (int i = 0; i < thread_count_; ++i) threads_.emplace_back([this] { Run(); });
  return absl::OkStatus();
}

void Scorer::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Scorer::Notify(const std::vector<Mark>& marks) {
  absl::MutexLock lock(&mutex_);
  for (const Mark& mark : marks) {
    auto [entry, added] = queued_.try_emplace(mark.id);
    entry->second.insert(mark.shard);
    if (added) queue_.push_back(mark.id);
  }
  metrics_.pending.Set(static_cast<double>(queued_.size() + running_.size()));
}

int64_t Scorer::pending() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(queued_.size() + running_.size());
}

void Scorer::Run() {
  Judge judge(gatherer_, knowledge_);
  while (true) {
    std::vector<std::string> ids;
    std::vector<Mark> marks;
    {
      absl::MutexLock lock(&mutex_);
      const auto work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !queue_.empty();
      };
      mutex_.Await(absl::Condition(&work));
      if (stopping_) return;
      // A household another thread is judging stays: it must be judged again after that.
      const size_t look = std::min(queue_.size(), 4 * kGroup);
      for (size_t i = 0; i < look && ids.size() < kGroup; ++i) {
        std::string id = std::move(queue_.front());
        queue_.pop_front();
        if (running_.count(id) > 0) {
          queue_.push_back(std::move(id));
          continue;
        }
        for (const std::string& shard : queued_[id]) marks.push_back({shard, id});
        queued_.erase(id);
        running_.insert(id);
        ids.push_back(std::move(id));
      }
    }
    const absl::Time begun = absl::Now();
    absl::Status status = Handle(judge, marks);
    if (!ids.empty()) metrics_.score_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - begun));
    bool wait = ids.empty();
    {
      absl::MutexLock lock(&mutex_);
      for (const std::string& id : ids) running_.erase(id);
      metrics_.pending.Set(static_cast<double>(queued_.size() + running_.size()));
    }
    if (!status.ok()) {
      // The marks are still in the store and in order again after a pause.
      log::Warning("judging interrupted", {{"reason", ReasonOf(status)}});
      Notify(marks);
      wait = true;
    }
    if (wait) {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kRetry);
    }
  }
}

absl::StatusOr<std::vector<std::string>> Scorer::Expand(const std::string& place) const {
  std::vector<std::string> ids;
  const auto division = divisions_->Find(place);
  if (!division) return ids;
  const auto township = division->AncestorAt(partition_level_);
  // Above the atomic unit a record says nothing about single households.
  if (!township) return ids;
  for (const division::Division& part : division->subtree()) {
    std::string after;
    while (true) {
      ASSIGN_OR_RETURN(const auto page,
                       households_.InVillage(std::string(township->code()),
                                             std::string(part.code()), after, kPage));
      ids.insert(ids.end(), page.begin(), page.end());
      if (static_cast<int>(page.size()) < kPage) break;
      after = page.back();
    }
  }
  return ids;
}

absl::StatusOr<int64_t> Scorer::JudgeNow(Judge& judge, const std::vector<std::string>& ids) {
  std::vector<Evaluation> evaluations;
  for (const std::string& id : ids) {
    auto evaluation = judge.Evaluate(id);
    if (evaluation.ok()) {
      evaluations.push_back(*std::move(evaluation));
    } else if (evaluation.status().code() == absl::StatusCode::kNotFound) {
      continue;  // a link to a household whose survey is not stored yet
    } else {
      metrics_.failed.Increment();
      return evaluation.status();
    }
  }
  ASSIGN_OR_RETURN(const auto outcomes, scores_.Store(evaluations, clock_.Now()));
  metrics_.scored.Increment(static_cast<double>(outcomes.size()));
  int64_t changed = 0;
  for (const auto& outcome : outcomes) changed += outcome.changed ? 1 : 0;
  metrics_.changed.Increment(static_cast<double>(changed));
  return changed;
}

absl::Status Scorer::Handle(Judge& judge, const std::vector<Mark>& marks) {
  // The stamps as they stand now are what this round settles; a mark raised meanwhile gets another
  // stamp and stays.
  std::vector<kv::Batch> done;
  std::map<std::string, std::set<std::string>> by_township;
  for (const Mark& mark : marks) {
    ASSIGN_OR_RETURN(const auto stamp, kv_.Get(kQueue, mark.shard, mark.id));
    if (stamp) {
      kv::Batch batch(mark.shard);
      batch.ExpectEquals(kQueue, mark.id, *stamp);
      batch.Delete(kQueue, mark.id);
      done.push_back(std::move(batch));
    }
    if (IsPlace(mark.id)) {
      ASSIGN_OR_RETURN(const auto expanded, Expand(mark.id.substr(1)));
      for (const std::string& each : expanded) by_township[HouseholdPartition(each)].insert(each);
    } else {
      by_township[HouseholdPartition(mark.id)].insert(mark.id);
    }
  }
  for (const auto& [township, households] : by_township) {
    std::vector<std::string> group;
    for (const std::string& id : households) {
      group.push_back(id);
      if (group.size() < kGroup) continue;
      RETURN_IF_ERROR(JudgeNow(judge, group).status());
      group.clear();
    }
    RETURN_IF_ERROR(JudgeNow(judge, group).status());
  }
  for (const absl::Status& status : kv_.CommitAll(done)) {
    if (!status.ok() && status.code() != absl::StatusCode::kAborted) return status;
  }
  return absl::OkStatus();
}

}  // namespace fupin::identification
