#include "services/identification/server/case_batches.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/kv/table.h"
#include "libs/log/log.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr char kPrefix[] = "caseBatches/";
constexpr int kGroup = 200;
constexpr int kMaxRefusals = 100;
constexpr absl::Duration kAgain = absl::Seconds(1);

}  // namespace

absl::StatusOr<store::StoredBatch> CaseBatches::Read(const std::string& id) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kBatches, kBatchPartition, id));
  if (!value) return Refuse("BATCH_NOT_FOUND", "name");
  return kv::Decode<store::StoredBatch>(*value);
}

absl::Status CaseBatches::Save(const std::string& id, const store::StoredBatch& stored) {
  kv::Batch batch(kBatchPartition);
  batch.Put(kBatches, id, kv::Encode(stored));
  return kv_.Commit(batch);
}

v1::CaseBatch CaseBatches::Show(const std::string& id, const store::StoredBatch& stored) const {
  v1::CaseBatch out;
  out.set_name(absl::StrCat(kPrefix, id));
  out.set_state(stored.finish_ms() > 0 ? v1::CaseBatch::STATE_DONE : v1::CaseBatch::STATE_RUNNING);
  out.set_done_count(stored.done());
  out.set_refused_count(stored.refused());
  out.set_total_count(stored.total());
  for (const store::StoredRefusal& refusal : stored.refusals()) {
    v1::CaseRefusal* told = out.add_refusals();
    told->set_case_(CaseName(refusal.case_()));
    told->set_reason(refusal.reason());
    told->set_message_zh(refusal.zh());
    told->set_message_en(refusal.en());
  }
  *out.mutable_create_time() = ToTimestampMs(stored.create_ms());
  if (stored.finish_ms() > 0) *out.mutable_finish_time() = ToTimestampMs(stored.finish_ms());
  return out;
}

absl::Status CaseBatches::Start() {
  std::vector<std::string> unfinished;
  absl::Status status = absl::OkStatus();
  RETURN_IF_ERROR(kv_.ScanTable(
      kBatches, [&](absl::string_view, absl::string_view key, absl::string_view value) {
        const auto stored = kv::Decode<store::StoredBatch>(value);
        status = stored.status();
        if (stored.ok() && stored->finish_ms() == 0) unfinished.emplace_back(key);
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  {
    absl::MutexLock lock(&mutex_);
    waiting_.insert(waiting_.end(), unfinished.begin(), unfinished.end());
  }
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void CaseBatches::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<v1::CaseBatch> CaseBatches::Create(const v1::CreateCaseBatchRequest& request,
                                                  const rpc::Caller& caller) {
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  // The request id is the job's, bound to who asked: repeating it gives the same job.
  const std::string id = absl::StrCat(caller.principal.division, "-", request.request_id());
  const auto known = Read(id);
  if (known.ok()) return Show(id, *known);
  store::StoredBatch stored;
  stored.set_division(request.division());
  stored.set_procedure(request.procedure());
  stored.set_step(request.step());
  stored.set_action(request.action());
  stored.set_status(request.status());
  stored.set_actor(caller.principal.id);
  stored.set_actor_level(desk_.ActorOf(caller).level);
  stored.set_actor_division(caller.principal.division);
  stored.set_create_ms(absl::ToUnixMillis(desk_.Now()));
  if (!request.reason().empty()) {
    ASSIGN_OR_RETURN(*stored.mutable_sealed_reason(),
                     desk_.cases().Seal(kBatches, id, "reason", request.reason()));
  }
  const auto division = desk_.divisions().Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  for (const std::string& township : lists_.TownshipsOf(*division)) {
    ASSIGN_OR_RETURN(const auto counts, desk_.cases().Counts(township));
    for (const CaseStore::Count& count : counts) {
      if (count.procedure == request.procedure() && count.step == request.step() &&
          desk_.divisions().Reaches(request.division(), count.division)) {
        stored.set_total(stored.total() + count.count);
      }
    }
  }
  absl::MutexLock lock(&mutex_);
  for (const std::string& other : waiting_) {
    ASSIGN_OR_RETURN(const auto running, Read(other));
    if (desk_.divisions().Reaches(running.division(), request.division()) ||
        desk_.divisions().Reaches(request.division(), running.division())) {
      return Refuse("BATCH_RUNNING", "division");
    }
  }
  RETURN_IF_ERROR(Save(id, stored));
  waiting_.push_back(id);
  return Show(id, stored);
}

absl::StatusOr<v1::CaseBatch> CaseBatches::Get(const std::string& name,
                                               const rpc::Caller& caller) const {
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, kPrefix)) return Refuse("BATCH_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const auto stored, Read(std::string(id)));
  if (!desk_.scope().Reaches(caller, stored.division())) {
    return Refuse("BATCH_NOT_FOUND", "name");
  }
  return Show(std::string(id), stored);
}

absl::Status CaseBatches::Work(const std::string& id) {
  ASSIGN_OR_RETURN(store::StoredBatch stored, Read(id));
  ASSIGN_OR_RETURN(const std::string reason,
                   desk_.cases().Unseal(kBatches, id, "reason", stored.sealed_reason()));
  const CaseActor actor{stored.actor(), stored.actor_level(), false};
  const auto division = desk_.divisions().Find(stored.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  const std::vector<std::string> townships = lists_.TownshipsOf(*division);
  while (stored.partitions_done() < static_cast<int>(townships.size())) {
    if (stopping_) return absl::CancelledError("stopping");
    const std::string& township = townships[static_cast<size_t>(stored.partitions_done())];
    ASSIGN_OR_RETURN(const CasePage page,
                     desk_.cases().Due(township, false, stored.last_case(), kGroup));
    std::vector<CaseChange> changes;
    const auto refuse = [&](const std::string& which, const absl::Status& status) {
      stored.set_refused(stored.refused() + 1);
      if (stored.refusals_size() >= kMaxRefusals) return;
      store::StoredRefusal* told = stored.add_refusals();
      told->set_case_(which);
      const std::vector<Problem> problems = ProblemsOf(status);
      if (problems.empty()) return;
      told->set_reason(problems.front().reason);
      told->set_zh(problems.front().message_zh);
      told->set_en(problems.front().message_en);
    };
    for (const std::string& each : page.ids) {
      ASSIGN_OR_RETURN(const OpenCase open, desk_.cases().Get(each));
      if (open.stored.procedure() != stored.procedure() || open.stored.step() != stored.step() ||
          !desk_.divisions().Reaches(stored.division(), open.stored.division()) ||
          open.stored.enter_ms() > stored.create_ms()) {
        continue;
      }
      ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(each, /*judge=*/true));
      const auto next =
          at.flow().Act(at.state, at.known.facts, actor,
                        {.action = stored.action(), .reason = reason, .status = stored.status()},
                        desk_.Lot(at), desk_.Now());
      if (!next.ok()) {
        refuse(each, next.status());
        continue;
      }
      ASSIGN_OR_RETURN(CaseChange change, desk_.Change(at, *next, actor,
                                                       {.kind = "ACTED",
                                                        .action = stored.action(),
                                                        .reason = reason,
                                                        .evidence = absl::StrCat(kPrefix, id)}));
      changes.push_back(std::move(change));
    }
    const auto results = desk_.cases().Commit(township, changes);
    for (size_t i = 0; i < results.size(); ++i) {
      if (results[i].ok()) {
        stored.set_done(stored.done() + 1);
      } else if (ReasonOf(results[i]) == "CASE_MOVED") {
        refuse(changes[i].before.id, results[i]);
      } else {
        return results[i];
      }
    }
    stored.set_last_case(page.next);
    if (page.next.empty()) stored.set_partitions_done(stored.partitions_done() + 1);
    RETURN_IF_ERROR(Save(id, stored));
  }
  stored.set_finish_ms(absl::ToUnixMillis(desk_.Now()));
  return Save(id, stored);
}

void CaseBatches::Run() {
  while (!stopping_) {
    std::string id;
    {
      absl::MutexLock lock(&mutex_);
      const auto work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !waiting_.empty();
      };
      mutex_.Await(absl::Condition(&work));
      if (stopping_) return;
      id = waiting_.front();
    }
    const absl::Status status = Work(id);
    absl::MutexLock lock(&mutex_);
    if (status.ok()) {
      waiting_.pop_front();
      continue;
    }
    if (stopping_) return;
    log::Warning("a case batch waits", {{"reason", ReasonOf(status)}});
    const auto stop = [this]() { return stopping_.load(); };
    mutex_.AwaitWithTimeout(absl::Condition(&stop), kAgain);
  }
}

}  // namespace fupin::identification
