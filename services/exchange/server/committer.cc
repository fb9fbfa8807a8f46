#include "services/exchange/server/committer.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/exchange/domain/reasons.h"
#include "services/exchange/server/names.h"

namespace fupin::exchange {
namespace {

// Enough for the sync to be cheap per record, small enough to answer quickly.
// Senders held back at once: more than that would wait longer than they have patience.
constexpr size_t kMaxHeld = 64;
constexpr int kGroupRecords = 2000;

v1::Outcome ToProto(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNew:
      return v1::OUTCOME_ACCEPTED_NEW;
    case Outcome::kChange:
      return v1::OUTCOME_ACCEPTED_CHANGE;
    case Outcome::kUnchanged:
      return v1::OUTCOME_UNCHANGED;
    case Outcome::kRejected:
      return v1::OUTCOME_REJECTED;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

// The answer to a version that is stored already, though a newer one is too.
Decision DecideRepeated(const OpenRecord& seen, const std::string& payload) {
  if (seen.content.payload() != payload) return {.outcome = Outcome::kRejected, .conflict = true};
  return {.outcome = static_cast<Outcome>(seen.stored.first_outcome()), .repeated = true};
}

bool HasMoney(const contract::Contract& contract) {
  return std::any_of(contract.fields.begin(), contract.fields.end(),
                     [](const contract::Field& field) { return field.options.unit() == "fen"; });
}

// True when a money field is exactly 100 times or 1/100 of what it was: yuan sent as fen.
std::optional<std::string> AmountJump(const contract::Contract& contract, const std::string& before,
                                      const std::string& now) {
  const auto old_row = contract::Decode(contract, before, contract::Charset::kUtf8);
  const auto new_row = contract::Decode(contract, now, contract::Charset::kUtf8);
  if (!old_row.ok() || !new_row.ok()) return std::nullopt;
  for (size_t i = 0; i < contract.fields.size(); ++i) {
    if (contract.fields[i].options.unit() != "fen") continue;
    const auto* old_value = std::get_if<fixed::Micro>(&(*old_row)[i]);
    const auto* new_value = std::get_if<fixed::Micro>(&(*new_row)[i]);
    if (old_value == nullptr || new_value == nullptr) continue;
    const int64_t a = old_value->units / fixed::kMicroPerOne;
    const int64_t b = new_value->units / fixed::kMicroPerOne;
    if (a > 0 && b > 0 && (a / 100 == b || b / 100 == a) && (a == b * 100 || b == a * 100)) {
      return contract.fields[i].name;
    }
  }
  return std::nullopt;
}

}  // namespace

Committer::Committer(RecordStore& store, Contracts& contracts, ExchangeMetrics& metrics,
                     const Clock& clock, int queue_records)
    : store_(store),
      contracts_(contracts),
      metrics_(metrics),
      clock_(clock),
      queue_records_(queue_records) {}

Committer::~Committer() { Stop(); }

void Committer::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Committer::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

bool Committer::HasRoom(const PreparedBatch& batch) const {
  return queued_records_ == 0 ||
         queued_records_ + static_cast<int>(batch.records.size()) <= queue_records_;
}

void Committer::Enqueue(Waiting waiting) {
  queued_records_ += static_cast<int>(waiting.batch.records.size());
  metrics_.queued.Set(queued_records_);
  queue_.push_back(std::move(waiting));
}

absl::Status Committer::Submit(PreparedBatch batch, Done done, std::function<void()> admitted,
                               bool* held) {
  absl::MutexLock lock(&mutex_);
  *held = false;
  if (stopping_) return Refuse("SHUTTING_DOWN");
  if (held_.empty() && HasRoom(batch)) {
    Enqueue({std::move(batch), std::move(done)});
    return absl::OkStatus();
  }
  if (held_.size() >= kMaxHeld) {
    metrics_.busy.Increment();
    return Refuse("EXCHANGE_BUSY");
  }
  metrics_.held.Increment();
  held_.push_back({{std::move(batch), std::move(done)}, std::move(admitted)});
  *held = true;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Committer::LastBatch(const std::string& dataset, const StreamInfo& info) {
  return store_.LastBatch(dataset, info.participant, info.stream_id);
}

void Committer::Run() {
  while (true) {
    std::vector<Waiting> group;
    std::vector<std::function<void()>> admitted;
    {
      absl::MutexLock lock(&mutex_);
      const auto work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return !queue_.empty() || stopping_;
      };
      mutex_.Await(absl::Condition(&work));
      if (queue_.empty()) return;
      int records = 0;
      while (!queue_.empty() && (group.empty() || records < kGroupRecords)) {
        records += static_cast<int>(queue_.front().batch.records.size());
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      queued_records_ -= records;
      metrics_.queued.Set(queued_records_);
      while (!held_.empty() && HasRoom(held_.front().waiting.batch)) {
        Enqueue(std::move(held_.front().waiting));
        admitted.push_back(std::move(held_.front().admitted));
        held_.pop_front();
      }
    }
    for (const auto& read_on : admitted) read_on();
    CommitGroup(std::move(group));
  }
}

void Committer::CommitGroup(std::vector<Waiting> group) {
  const absl::Time now = clock_.Now();
  const auto contracts = contracts_.current();

  // 1. Read every head this group needs, dataset by dataset.
  std::map<std::string, std::map<std::string, std::optional<Head>>> heads;
  for (const Waiting& waiting : group) {
    auto& of_dataset = heads[waiting.batch.dataset];
    for (const PreparedRecord& record : waiting.batch.records) {
      if (record.problems.empty()) of_dataset.try_emplace(record.record);
    }
  }
  absl::Status failed = absl::OkStatus();
  for (auto& [dataset, of_dataset] : heads) {
    std::vector<std::string> ids;
    for (const auto& [id, head] : of_dataset) ids.push_back(id);
    auto read = store_.Heads(dataset, ids);
    if (!read.ok()) {
      failed = read.status();
      break;
    }
    size_t i = 0;
    for (auto& [id, head] : of_dataset) head = (*read)[i++];
  }

  // 2. Decide, in order; later records of the group see what earlier ones did.
  std::map<std::string, RecordStore::Changes> changes;
  std::vector<v1::BatchVerdict> verdicts(group.size());
  for (size_t g = 0; failed.ok() && g < group.size(); ++g) {
    PreparedBatch& batch = group[g].batch;
    const contract::Contract* contract = contracts->Find(batch.dataset);
    const bool has_money = contract != nullptr && HasMoney(*contract);
    RecordStore::Changes dry;
    RecordStore::Changes& change = batch.info.dry_run ? dry : changes[batch.dataset];
    if (!batch.info.dry_run && !change.statistics) {
      auto statistics = store_.Statistics(batch.dataset);
      if (!statistics.ok()) {
        failed = statistics.status();
        break;
      }
      change.statistics = *std::move(statistics);
    }
    store::StoredStatistics scratch;
    store::StoredStatistics& statistics = batch.info.dry_run ? scratch : *change.statistics;
    auto& of_dataset = heads[batch.dataset];
    std::map<std::string, std::optional<Head>> dry_heads;
    for (size_t i = 0; i < batch.records.size(); ++i) {
      PreparedRecord& record = batch.records[i];
      v1::Verdict* verdict = verdicts[g].add_verdicts();
      Decision decision;
      std::optional<Head>* head = nullptr;
      if (record.problems.empty()) {
        if (batch.info.dry_run) {
          head = &dry_heads.try_emplace(record.record, of_dataset[record.record]).first->second;
        } else {
          head = &of_dataset[record.record];
        }
        decision = Decide(*head, record.stored.source_version(), record.content_hash);
        if (decision.superseded) {
          // Perhaps it came before, and its answer was lost.
          const auto seen =
              store_.Get(batch.dataset, record.record, record.stored.source_version());
          if (seen.ok() && seen->stored.first_outcome() != 0) {
            decision = DecideRepeated(*seen, record.content.payload());
          }
        }
        if (decision.conflict) {
          record.problems.push_back(
              Because("SOURCE_VERSION_CONFLICT", "source_version",
                      absl::StrCat(absl::BytesToHexString((*head)->content_hash), ", ",
                                   absl::BytesToHexString(record.content_hash))));
        } else if (decision.outcome == Outcome::kChange && decision.store && !record.confirmed &&
                   has_money) {
          auto before = store_.Get(batch.dataset, record.record, (*head)->source_version);
          if (before.ok()) {
            const auto field =
                AmountJump(*contract, before->content.payload(), record.content.payload());
            if (field) {
              record.problems.push_back(Because("AMOUNT_JUMP_CONFIRM", *field));
              decision = Decision{};
            }
          }
        }
      }
      if (record.problems.empty() && !record.corrects.empty() && !batch.info.dry_run) {
        auto rejection = store_.Rejection(batch.dataset, record.corrects);
        if (rejection.ok() && *rejection) {
          (*rejection)->stored.set_correct_time_ms(absl::ToUnixMillis(now));
          change.rejections.emplace_back(record.corrects, **std::move(rejection));
        } else {
          record.problems.push_back(Because("CORRECTS_UNKNOWN", "corrects"));
          decision = Decision{};
        }
      }
      const Outcome outcome = record.problems.empty() ? decision.outcome : Outcome::kRejected;
      verdict->set_outcome(ToProto(outcome));
      verdict->set_repeated(decision.repeated);
      if (!record.record.empty()) {
        verdict->set_record(RecordName(batch.dataset, record.record));
      }
      if (outcome == Outcome::kRejected) {
        rpc::AddProblems(record.problems, verdict->mutable_problems());
        const RejectionKey key{batch.info.stream_id, batch.batch_number, static_cast<int32_t>(i)};
        if (!batch.info.dry_run) {
          verdict->set_rejection(RejectionName(batch.dataset, key.Encode()));
          OpenRejection rejection;
          rejection.payload = std::move(record.sent_payload);
          store::StoredRejection& stored = rejection.stored;
          stored.set_stream_id(key.stream_id);
          stored.set_batch_number(key.batch_number);
          stored.set_index(key.index);
          rpc::AddProblems(record.problems, stored.mutable_problems());
          stored.set_receive_time_ms(absl::ToUnixMillis(now));
          stored.set_participant(batch.info.participant);
          change.rejections.emplace_back(key.Encode(), std::move(rejection));
        }
        statistics.set_rejected(statistics.rejected() + 1);
        for (const Problem& problem : record.problems) metrics_.Rejected(problem.reason);
      } else if (decision.superseded) {
        rpc::AddProblems({Because("RECORD_SUPERSEDED")}, verdict->mutable_problems());
      }
      if (decision.store && outcome != Outcome::kRejected) {
        Head next{record.stored.source_version(), record.content_hash, outcome};
        *head = next;
        record.stored.set_receive_time_ms(absl::ToUnixMillis(now));
        record.stored.set_first_outcome(static_cast<int32_t>(outcome));
        statistics.set_newest_business_time_ms(std::max<int64_t>(
            statistics.newest_business_time_ms(), record.stored.business_time_ms()));
        statistics.set_newest_receive_time_ms(absl::ToUnixMillis(now));
        if (outcome != Outcome::kUnchanged) {
          const bool automatic = record.stored.method() == type::v1::COLLECTION_METHOD_AUTOMATIC;
          statistics.set_automatic(statistics.automatic() + (automatic ? 1 : 0));
          statistics.set_manual(statistics.manual() + (automatic ? 0 : 1));
          if (!batch.info.dry_run) {
            metrics_.Lag(batch.dataset,
                         now - absl::FromUnixMillis(record.stored.business_time_ms()));
          }
        }
        change.accepted.push_back({record.record,
                                   std::move(next),
                                   {std::move(record.stored), std::move(record.content)},
                                   outcome != Outcome::kUnchanged});
      }
      if (!decision.repeated && outcome == Outcome::kNew) {
        statistics.set_accepted_new(statistics.accepted_new() + 1);
      } else if (!decision.repeated && outcome == Outcome::kChange) {
        statistics.set_accepted_change(statistics.accepted_change() + 1);
      } else if (outcome != Outcome::kRejected) {
        statistics.set_unchanged(statistics.unchanged() + 1);
      }
      if (!batch.info.dry_run) metrics_.Verdict(batch.dataset, batch.info.participant, outcome);
    }
    if (!batch.info.dry_run) {
      int64_t& last = change.last_batches[{batch.info.participant, batch.info.stream_id}];
      last = std::max(last, batch.batch_number);
    }
  }

  // 3. Write with one sync, then answer.
  if (failed.ok() && !changes.empty()) failed = store_.Write(changes);
  metrics_.group_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - now));
  for (size_t g = 0; g < group.size(); ++g) {
    if (failed.ok()) {
      group[g].done(std::move(verdicts[g]));
    } else {
      group[g].done(failed);
    }
  }
  if (failed.ok()) {
    for (const auto& [dataset, change] : changes) {
      if (change.statistics) metrics_.Newest(dataset, *change.statistics);
    }
  }
}

}  // namespace fupin::exchange
