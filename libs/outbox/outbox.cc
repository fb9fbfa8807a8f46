#include "libs/outbox/outbox.h"

#include <algorithm>
#include <utility>

#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::outbox {
namespace {

constexpr char kEvents[] = "outbox";
constexpr char kHeads[] = "outbox_heads";
constexpr char kVersion = 1;

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

absl::StatusOr<Event> DecodeEvent(const std::string& partition, const kv::Row& row) {
  const std::string& value = row.value;
  const size_t type_size = value.size() > 9 ? static_cast<unsigned char>(value[9]) : 0;
  if (value.size() < 10 + type_size || value[0] != kVersion || row.key.size() != 8) {
    return ProblemStatus(absl::StatusCode::kDataLoss,
                         {"STORE_CORRUPT", "", "发件箱中的事件无法解析,请恢复备份",
                          "an event of the outbox cannot be read; restore a backup"});
  }
  Event event;
  event.partition = partition;
  event.sequence = ToNumber(row.key);
  event.time = absl::FromUnixMillis(
      static_cast<int64_t>(kv::ReadU64(absl::string_view(value).substr(1))));
  event.type = value.substr(10, type_size);
  event.payload = value.substr(10 + type_size);
  return event;
}

}  // namespace

std::vector<std::string> Tables() { return {kEvents, kHeads}; }

absl::StatusOr<std::unique_ptr<Outbox>> Outbox::Open(kv::Store& store, const Clock& clock) {
  std::unique_ptr<Outbox> outbox(new Outbox(store, clock));
  RETURN_IF_ERROR(store.ScanTable(
      kHeads, [&](absl::string_view partition, absl::string_view key, absl::string_view value) {
        Partition& known = outbox->Of(std::string(partition));
        if (key == "h") known.head = ToNumber(value);
        if (key == "t") known.trimmed = ToNumber(value);
        if (key[0] == 'c') known.confirmed[std::string(key.substr(1))] = ToNumber(value);
        return true;
      }));
  return outbox;
}

Outbox::Partition& Outbox::Of(const std::string& partition) const {
  absl::MutexLock lock(&mutex_);
  auto& known = partitions_[partition];
  if (known == nullptr) known = std::make_unique<Partition>();
  return *known;
}

Outbox::Writer::Writer(Outbox& outbox, const std::string& partition)
    : outbox_(outbox), partition_(partition) {
  Partition& known = outbox_.Of(partition_);
  known.writing.Lock();
  absl::MutexLock lock(&outbox_.mutex_);
  next_ = known.head + 1;
}

Outbox::Writer::~Writer() { outbox_.Of(partition_).writing.Unlock(); }

int64_t Outbox::Writer::Append(kv::Batch& batch, const std::string& type,
                               const std::string& payload) {
  FUPIN_CHECK(batch.partition() == partition_ && !committed_);
  batch.Put(kEvents, Number(next_), EncodeEvent(outbox_.clock_.Now(), type, payload));
  return next_++;
}

void Outbox::Writer::Seal(kv::Batch& batch) { batch.Put(kHeads, "h", Number(next_ - 1)); }

void Outbox::Writer::Committed() {
  committed_ = true;
  Partition& known = outbox_.Of(partition_);
  absl::MutexLock lock(&outbox_.mutex_);
  known.head = next_ - 1;
  ++outbox_.version_;
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
  int64_t trimmed = 0;
  int64_t head = 0;
  Partition& known = Of(partition);
  {
    absl::MutexLock lock(&mutex_);
    trimmed = known.trimmed;
    head = known.head;
  }
  if (after < trimmed) {
    return ProblemStatus(absl::StatusCode::kOutOfRange,
                         {"FEED_TRIMMED", "cursors", "游标之后的部分事件已清理,请以快照重新开始",
                          "events after this cursor are gone; start again with a snapshot"});
  }
  std::vector<Event> events;
  // Only up to the head that was published: a later event may not be synced yet.
  ASSIGN_OR_RETURN(const kv::Page page,
                   store_.Scan(kEvents, partition, Number(after + 1), Number(head + 1), limit));
  for (const kv::Row& row : page.rows) {
    ASSIGN_OR_RETURN(Event event, DecodeEvent(partition, row));
    events.push_back(std::move(event));
  }
  return events;
}

int64_t Outbox::version() const {
  absl::MutexLock lock(&mutex_);
  return version_;
}

int64_t Outbox::WaitForChange(int64_t seen, absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  const auto changed = [this, seen]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return version_ != seen;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&changed), timeout);
  return version_;
}

absl::Status Outbox::Confirm(const std::string& consumer,
                             const std::map<std::string, int64_t>& cursors) {
  std::vector<kv::Batch> batches;
  for (const auto& [partition, sequence] : cursors) {
    Partition& known = Of(partition);
    {
      absl::MutexLock lock(&mutex_);
      int64_t& confirmed = known.confirmed[consumer];
      if (sequence <= confirmed || sequence > known.head) continue;
      confirmed = sequence;
    }
    batches.emplace_back(partition).Put(kHeads, "c" + consumer, Number(sequence));
  }
  if (batches.empty()) return absl::OkStatus();
  for (absl::Status& status : store_.CommitAll(batches)) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Outbox::Trim(absl::Duration retention) {
  const absl::Time oldest = clock_.Now() - retention;
  int64_t dropped = 0;
  for (const auto& [partition, head] : Heads()) {
    int64_t trimmed = 0;
    int64_t confirmed = head;
    {
      Partition& known = Of(partition);
      absl::MutexLock lock(&mutex_);
      trimmed = known.trimmed;
      if (known.confirmed.empty()) confirmed = 0;
      for (const auto& [consumer, sequence] : known.confirmed) {
        confirmed = std::min(confirmed, sequence);
      }
    }
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<Event> events, Read(partition, trimmed, 500));
      kv::Batch batch(partition);
      for (const Event& event : events) {
        if (event.sequence > confirmed && event.time >= oldest) break;
        batch.Delete(kEvents, Number(event.sequence));
        trimmed = event.sequence;
      }
      const int count = batch.keys();
      if (count == 0) break;
      batch.Put(kHeads, "t", Number(trimmed));
      RETURN_IF_ERROR(store_.Commit(batch));
      dropped += count;
      Partition& known = Of(partition);
      absl::MutexLock lock(&mutex_);
      known.trimmed = trimmed;
    }
  }
  return dropped;
}

int64_t Outbox::Backlog() const {
  absl::MutexLock lock(&mutex_);
  int64_t backlog = 0;
  for (const auto& [partition, known] : partitions_) {
    int64_t confirmed = known->confirmed.empty() ? 0 : known->head;
    for (const auto& [consumer, sequence] : known->confirmed) {
      confirmed = std::min(confirmed, sequence);
    }
    backlog += known->head - confirmed;
  }
  return backlog;
}

}  // namespace fupin::outbox
