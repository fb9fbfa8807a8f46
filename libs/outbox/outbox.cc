#include "libs/outbox/outbox.h"

#include <algorithm>
#include <utility>

#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::outbox {
namespace {

constexpr char kEvents[] = "outbox";
constexpr char kHeads[] = "outbox_heads";
constexpr char kConsumersPartition[] = "~";
constexpr char kVersion = 1;
constexpr int kTrimBatch = 500;
// A million events a second for 285 years: what stands above it was not written by us.
constexpr int64_t kMaxSequence = int64_t{1} << 53;

std::string Number(int64_t value) {
  std::string bytes;
  kv::AppendU64(&bytes, static_cast<uint64_t>(value));
  return bytes;
}

int64_t ToNumber(absl::string_view bytes) {
  return bytes.size() < 8 ? 0 : static_cast<int64_t>(kv::ReadU64(bytes));
}

std::string EncodeEvent(absl::Time time, const std::string& type, const std::string& payload) {
  std::string value(1, kVersion);
  kv::AppendU64(&value, static_cast<uint64_t>(absl::ToUnixMillis(time)));
  value.push_back(static_cast<char>(type.size()));
  value += type;
  value += payload;
  return value;
}

absl::Status Damaged() {
  return ProblemStatus(absl::StatusCode::kDataLoss,
                       {"STORE_CORRUPT", "", "发件箱中的事件缺失或无法解析,请恢复备份",
                        "an event of the outbox is missing or cannot be read; restore a backup"});
}

absl::Status Trimmed() {
  return ProblemStatus(absl::StatusCode::kOutOfRange,
                       {"FEED_TRIMMED", "cursors", "游标之后的部分事件已清理,请以快照重新开始",
                        "events after this cursor are gone; start again with a snapshot"});
}

absl::StatusOr<Event> DecodeEvent(const std::string& partition, const kv::Row& row) {
  const std::string& value = row.value;
  const size_t type_size = value.size() > 9 ? static_cast<unsigned char>(value[9]) : 0;
  if (value.size() < 10 + type_size || value[0] != kVersion || row.key.size() != 8) {
    return Damaged();
  }
  Event event;
  event.partition = partition;
  event.sequence = ToNumber(row.key);
  event.time =
      absl::FromUnixMillis(static_cast<int64_t>(kv::ReadU64(absl::string_view(value).substr(1))));
  event.type = value.substr(10, type_size);
  event.payload = value.substr(10 + type_size);
  return event;
}

}  // namespace

std::vector<std::string> Tables() { return {kEvents, kHeads}; }

absl::StatusOr<std::unique_ptr<Outbox>> Outbox::Open(kv::Store& store, const Clock& clock) {
  std::unique_ptr<Outbox> outbox(new Outbox(store, clock));
  bool damaged = false;
  const auto take = [&](absl::string_view partition, absl::string_view key,
                        absl::string_view value) {
    if (partition == kConsumersPartition) {
      absl::MutexLock lock(&outbox->mutex_);
      outbox->consumers_.emplace(key.substr(1));
      return true;
    }
    const int64_t number = ToNumber(value);
    damaged = damaged || value.size() != 8 || number < 0 || number > kMaxSequence;
    Partition& known = outbox->Of(std::string(partition));
    if (key == "h") known.head = number;
    if (key == "t") known.trimmed = number;
    if (key[0] == 'c') known.confirmed[std::string(key.substr(1))] = number;
    return true;
  };
  RETURN_IF_ERROR(store.ScanTable(kHeads, take));
  {
    absl::MutexLock lock(&outbox->mutex_);
    for (const auto& [partition, known] : outbox->partitions_) {
      damaged = damaged || known->trimmed > known->head;
    }
  }
  if (damaged) return Damaged();
  return outbox;
}

Outbox::Partition& Outbox::Of(const std::string& partition) {
  absl::MutexLock lock(&mutex_);
  auto& known = partitions_[partition];
  if (known == nullptr) known = std::make_unique<Partition>();
  return *known;
}

Outbox::Writer::Writer(Outbox& outbox, const std::string& partition)
    : outbox_(outbox), partition_(partition) {
  FUPIN_CHECK(partition != kConsumersPartition);
  Partition& known = outbox_.Of(partition_);
  known.writing.Lock();
  absl::MutexLock lock(&outbox_.mutex_);
  sealed_ = known.head;
  next_ = known.head + 1;
}

Outbox::Writer::~Writer() {
  Partition& known = outbox_.Of(partition_);
  // A batch was sealed and its fate is not told: of several, some may have been committed.
  if (!committed_ && batches_sealed_) {
    const auto stored = outbox_.store_.Get(kHeads, partition_, "h");
    absl::MutexLock lock(&outbox_.mutex_);
    if (stored.ok() && *stored && ToNumber(**stored) > known.head) {
      known.head = ToNumber(**stored);
      ++outbox_.version_;
    }
  }
  known.writing.Unlock();
}

int64_t Outbox::Writer::Append(kv::Batch& batch, const std::string& type,
                               const std::string& payload) {
  FUPIN_CHECK(batch.partition() == partition_ && !committed_);
  FUPIN_CHECK(!type.empty() && type.size() <= 255);
  batch.Put(kEvents, Number(next_), EncodeEvent(outbox_.clock_.Now(), type, payload));
  return next_++;
}

void Outbox::Writer::Seal(kv::Batch& batch) {
  const int64_t last = next_ - 1;
  if (last == sealed_) return;
  if (sealed_ == 0) {
    batch.ExpectAbsent(kHeads, "h");
  } else {
    batch.ExpectEquals(kHeads, "h", Number(sealed_));
  }
  batch.Put(kHeads, "h", Number(last));
  sealed_ = last;
  batches_sealed_ = true;
}

void Outbox::Writer::Committed() {
  committed_ = true;
  Partition& known = outbox_.Of(partition_);
  absl::MutexLock lock(&outbox_.mutex_);
  if (known.head == sealed_) return;
  known.head = sealed_;
  ++outbox_.version_;
}

absl::Status Outbox::Writer::Commit(kv::Batch& batch) {
  Seal(batch);
  RETURN_IF_ERROR(outbox_.store_.Commit(batch));
  Committed();
  return absl::OkStatus();
}

std::map<std::string, int64_t> Outbox::Heads() const {
  absl::MutexLock lock(&mutex_);
  std::map<std::string, int64_t> heads;
  for (const auto& [partition, known] : partitions_) {
    if (known->head > 0) heads[partition] = known->head;
  }
  return heads;
}

absl::StatusOr<std::vector<Event>> Outbox::Read(const std::string& partition, int64_t after,
                                                int limit) const {
  std::vector<Event> events;
  int64_t head = 0;
  {
    absl::MutexLock lock(&mutex_);
    const auto known = partitions_.find(partition);
    if (known == partitions_.end()) return events;
    if (after < known->second->trimmed) return Trimmed();
    head = known->second->head;
  }
  if (after >= head) return events;
  // Only up to the head that was published: a later event may not be synced yet.
  ASSIGN_OR_RETURN(const kv::Page page,
                   store_.Scan(kEvents, partition, Number(after + 1), Number(head + 1), limit));
  for (const kv::Row& row : page.rows) {
    ASSIGN_OR_RETURN(Event event, DecodeEvent(partition, row));
    const int64_t expected = after + 1 + static_cast<int64_t>(events.size());
    if (event.sequence != expected) break;
    events.push_back(std::move(event));
  }
  if (events.size() == page.rows.size() && !events.empty()) return events;
  // Something is missing: trimmed while we read, or lost.
  absl::MutexLock lock(&mutex_);
  return after < partitions_.at(partition)->trimmed ? Trimmed() : Damaged();
}

int64_t Outbox::version() const {
  absl::MutexLock lock(&mutex_);
  return version_;
}

int64_t Outbox::WaitForChange(int64_t seen, absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  const auto changed = [this, seen]()
                           ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return version_ != seen; };
  mutex_.AwaitWithTimeout(absl::Condition(&changed), timeout);
  return version_;
}

absl::Status Outbox::Register(const std::string& consumer) {
  {
    absl::MutexLock lock(&mutex_);
    if (consumers_.count(consumer) > 0) return absl::OkStatus();
  }
  kv::Batch batch(kConsumersPartition);
  batch.Put(kHeads, "r" + consumer, "");
  RETURN_IF_ERROR(store_.Commit(batch));
  absl::MutexLock lock(&mutex_);
  consumers_.insert(consumer);
  return absl::OkStatus();
}

absl::Status Outbox::CheckCursors(const std::map<std::string, int64_t>& cursors) const {
  absl::MutexLock lock(&mutex_);
  for (const auto& [partition, sequence] : cursors) {
    const auto known = partitions_.find(partition);
    if (sequence <= (known == partitions_.end() ? 0 : known->second->head)) continue;
    return ProblemStatus(
        absl::StatusCode::kFailedPrecondition,
        {"FEED_EPOCH_CHANGED", "cursors",
         "游标超前于变更流:存储恢复到了较早的状态,请以快照重新开始",
         "a cursor is ahead of the feed: the store behind it went back to an earlier state; start "
         "again with a snapshot"});
  }
  return absl::OkStatus();
}

absl::Status Outbox::Confirm(const std::string& consumer,
                             const std::map<std::string, int64_t>& cursors) {
  RETURN_IF_ERROR(CheckCursors(cursors));
  RETURN_IF_ERROR(Register(consumer));
  std::vector<kv::Batch> batches;
  std::vector<std::pair<Partition*, int64_t>> higher;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [partition, sequence] : cursors) {
      const auto known = partitions_.find(partition);
      if (known == partitions_.end()) continue;
      const auto confirmed = known->second->confirmed.find(consumer);
      if (sequence <= (confirmed == known->second->confirmed.end() ? 0 : confirmed->second)) {
        continue;
      }
      batches.emplace_back(partition).Put(kHeads, "c" + consumer, Number(sequence));
      higher.emplace_back(known->second.get(), sequence);
    }
  }
  if (batches.empty()) return absl::OkStatus();
  for (const absl::Status& status : store_.CommitAll(batches)) RETURN_IF_ERROR(status);
  absl::MutexLock lock(&mutex_);
  for (const auto& [partition, sequence] : higher) {
    int64_t& confirmed = partition->confirmed[consumer];
    confirmed = std::max(confirmed, sequence);
  }
  return absl::OkStatus();
}

int64_t Outbox::ConfirmedByAll(const Partition& partition) const {
  if (consumers_.empty()) return 0;
  int64_t lowest = partition.head;
  for (const std::string& consumer : consumers_) {
    const auto confirmed = partition.confirmed.find(consumer);
    lowest = std::min(lowest, confirmed == partition.confirmed.end() ? 0 : confirmed->second);
  }
  return lowest;
}

absl::StatusOr<int64_t> Outbox::Trim(absl::Duration retention) {
  const absl::Time oldest = clock_.Now() - retention;
  int64_t dropped = 0;
  for (const auto& [partition, head] : Heads()) {
    Partition& known = Of(partition);
    int64_t trimmed = 0;
    int64_t confirmed = 0;
    {
      absl::MutexLock lock(&mutex_);
      trimmed = known.trimmed;
      confirmed = ConfirmedByAll(known);
    }
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<Event> events, Read(partition, trimmed, kTrimBatch));
      kv::Batch batch(partition);
      for (const Event& event : events) {
        if (event.sequence > confirmed && event.time >= oldest) break;
        batch.Delete(kEvents, Number(event.sequence));
        trimmed = event.sequence;
      }
      const int count = batch.keys();
      if (count == 0) break;
      batch.Put(kHeads, "t", Number(trimmed));
      {
        // Told first, so that who reads meanwhile does not take the gap for damage.
        absl::MutexLock lock(&mutex_);
        known.trimmed = trimmed;
      }
      RETURN_IF_ERROR(store_.Commit(batch));
      dropped += count;
    }
  }
  return dropped;
}

int64_t Outbox::Backlog() const {
  absl::MutexLock lock(&mutex_);
  if (consumers_.empty()) return 0;
  int64_t backlog = 0;
  for (const auto& [partition, known] : partitions_) {
    backlog += known->head - std::max(ConfirmedByAll(*known), known->trimmed);
  }
  return backlog;
}

}  // namespace fupin::outbox
