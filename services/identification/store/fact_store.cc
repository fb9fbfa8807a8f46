#include "services/identification/store/fact_store.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr int kPage = 500;

crypto::SealPlace FieldsOf(const std::string& partition, const std::string& key) {
  return {kFacts, partition, key, "fields"};
}

std::string Number(int64_t value) {
  std::string bytes;
  kv::AppendU64(&bytes, static_cast<uint64_t>(value));
  return bytes;
}

}  // namespace

absl::StatusOr<std::vector<Mark>> FactStore::Apply(const std::string& epoch,
                                                   const std::vector<IncomingFact>& facts) {
  absl::MutexLock lock(&subjects_);
  struct Shard {
    explicit Shard(const std::string& name) : batch(name) {}
    kv::Batch batch;
    std::map<std::string, int64_t> applied;   // producer partition -> sequence
    std::map<std::string, int64_t> versions;  // fact key -> version in this call
  };
  std::map<std::string, Shard> shards;
  std::vector<Mark> marked;
  const HouseholdStore households(kv_, subjects_, sealer_);
  for (const IncomingFact& incoming : facts) {
    const std::string name = SubjectPartition(incoming.subject);
    Shard& shard = shards.try_emplace(name, name).first->second;
    auto [applied, first] = shard.applied.try_emplace(incoming.partition, 0);
    if (first) {
      ASSIGN_OR_RETURN(const auto value,
                       kv_.Get(kApplied, name, Joined(epoch, incoming.partition)));
      applied->second = value ? static_cast<int64_t>(kv::ReadU64(*value)) : 0;
    }
    if (incoming.sequence > 0) {
      if (incoming.sequence <= applied->second) continue;
      applied->second = incoming.sequence;
    }
    const std::string key =
        FactKey(incoming.subject, incoming.fact.stored.dataset(), incoming.record_id);
    auto [version, unread] = shard.versions.try_emplace(key, 0);
    if (unread) {
      ASSIGN_OR_RETURN(const auto value, kv_.Get(kFacts, name, key));
      if (value) {
        ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredFact>(*value));
        version->second = stored.source_version();
      }
    }
    if (incoming.fact.stored.source_version() <= version->second) continue;
    version->second = incoming.fact.stored.source_version();
    store::StoredFact row = incoming.fact.stored;
    ASSIGN_OR_RETURN(*row.mutable_sealed_fields(),
                     sealer_.Seal(FieldsOf(name, key), incoming.fact.fields.SerializeAsString()));
    shard.batch.Put(kFacts, key, kv::Encode(row));
    if (!incoming.division.empty()) {
      marked.push_back(Enqueue(shard.batch, absl::StrCat("@", incoming.division)));
    } else {
      ASSIGN_OR_RETURN(const auto linked, households.LinkedTo(incoming.subject));
      for (const std::string& id : linked) marked.push_back(Enqueue(shard.batch, id));
    }
  }
  std::vector<kv::Batch> batches;
  for (auto& [name, shard] : shards) {
    for (const auto& [partition, sequence] : shard.applied) {
      if (sequence > 0) shard.batch.Put(kApplied, Joined(epoch, partition), Number(sequence));
    }
    if (shard.batch.keys() > 0) batches.push_back(std::move(shard.batch));
  }
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  return marked;
}

absl::StatusOr<std::vector<OpenFact>> FactStore::Of(const std::string& subject) const {
  std::vector<OpenFact> facts;
  const std::string partition = SubjectPartition(subject);
  std::string begin = subject;
  const std::string end = kv::PrefixEnd(subject);
  while (true) {
    ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kFacts, partition, begin, end, kPage));
    for (const kv::Row& row : page.rows) {
      OpenFact fact;
      ASSIGN_OR_RETURN(fact.stored, kv::Decode<store::StoredFact>(row.value));
      ASSIGN_OR_RETURN(const std::string fields,
                       sealer_.Open(FieldsOf(partition, row.key), fact.stored.sealed_fields()));
      if (!fact.fields.ParseFromString(fields)) {
        return absl::DataLossError("the fields of a fact cannot be read");
      }
      facts.push_back(std::move(fact));
    }
    if (page.next.empty()) return facts;
    begin = page.next;
  }
}

absl::StatusOr<feed::Position> FactStore::Position() const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kPosition, kFeedPartition, "p"));
  if (!value) return feed::Position();
  ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredPosition>(*value));
  feed::Position position;
  position.epoch = stored.epoch();
  position.cursors.insert(stored.cursors().begin(), stored.cursors().end());
  return position;
}

absl::Status FactStore::Save(const feed::Position& position) {
  store::StoredPosition stored;
  stored.set_epoch(position.epoch);
  stored.mutable_cursors()->insert(position.cursors.begin(), position.cursors.end());
  kv::Batch batch(kFeedPartition);
  batch.Put(kPosition, "p", kv::Encode(stored));
  return kv_.Commit(batch);
}

absl::Status FactStore::Park(store::ParkedEvent event, const std::string& payload) {
  const std::string key = Versioned(event.partition(), event.sequence());
  ASSIGN_OR_RETURN(*event.mutable_sealed_payload(),
                   sealer_.Seal({kParked, kFeedPartition, key, "payload"}, payload));
  kv::Batch batch(kFeedPartition);
  batch.Put(kParked, key, kv::Encode(event));
  return kv_.Commit(batch);
}

absl::StatusOr<int64_t> FactStore::ParkedCount() const {
  int64_t count = 0;
  RETURN_IF_ERROR(
      kv_.ScanTable(kParked, [&](absl::string_view, absl::string_view, absl::string_view) {
        ++count;
        return true;
      }));
  return count;
}

}  // namespace fupin::identification
