#include "services/exchange/store/record_store.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/exchange/domain/reasons.h"

namespace fupin::exchange {
namespace {

constexpr char kRecords[] = "records";
constexpr char kRejections[] = "rejections";
constexpr char kStreams[] = "streams";
constexpr char kStatistics[] = "statistics";
constexpr char kContracts[] = "contracts";

std::string VersionKey(const std::string& record, int64_t version) {
  std::string key = record;
  kv::AppendU64(&key, static_cast<uint64_t>(version));
  return key;
}

crypto::SealPlace ContentOf(const std::string& dataset, const std::string& key) {
  return {kRecords, dataset, key, "content"};
}

crypto::SealPlace PayloadOf(const std::string& dataset, const std::string& key) {
  return {kRejections, dataset, key, "payload"};
}

std::string StreamKey(const std::string& participant, const std::string& stream_id) {
  return participant + '\0' + stream_id;
}

}  // namespace

std::vector<std::string> Tables() {
  std::vector<std::string> tables = {kHeadsTable, kRecords,    kRejections,
                                     kStreams,    kStatistics, kContracts};
  for (std::string& table : outbox::Tables()) tables.push_back(std::move(table));
  return tables;
}

std::string RejectionKey::Encode() const {
  std::string key = stream_id + '\0';
  kv::AppendU64(&key, static_cast<uint64_t>(batch_number));
  kv::AppendU32(&key, static_cast<uint32_t>(index));
  return key;
}

std::optional<RejectionKey> RejectionKey::Decode(absl::string_view key) {
  const size_t end = key.find('\0');
  if (end == absl::string_view::npos || key.size() != end + 13) return std::nullopt;
  return RejectionKey{std::string(key.substr(0, end)),
                      static_cast<int64_t>(kv::ReadU64(key.substr(end + 1))),
                      static_cast<int32_t>(kv::ReadU32(key.substr(end + 9)))};
}

absl::StatusOr<std::vector<std::optional<Head>>> RecordStore::Heads(
    const std::string& dataset, absl::Span<const std::string> records) const {
  std::vector<std::optional<Head>> heads(records.size());
  for (size_t from = 0; from < records.size(); from += kv::kMaxPageRows) {
    ASSIGN_OR_RETURN(const auto values,
                     kv_.MultiGet(kHeadsTable, dataset, records.subspan(from, kv::kMaxPageRows)));
    for (size_t i = 0; i < values.size(); ++i) {
      if (!values[i]) continue;
      ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::Head>(*values[i]));
      heads[from + i] = Head{stored.source_version(), stored.content_hash(),
                             static_cast<Outcome>(stored.first_outcome())};
    }
  }
  return heads;
}

absl::StatusOr<OpenRecord> RecordStore::Get(const std::string& dataset, const std::string& record,
                                            int64_t version) const {
  if (version == 0) {
    ASSIGN_OR_RETURN(const auto heads, Heads(dataset, absl::MakeConstSpan(&record, 1)));
    if (!heads[0]) return Refuse("RECORD_NOT_FOUND", "name");
    version = heads[0]->source_version;
  }
  const std::string key = VersionKey(record, version);
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kRecords, dataset, key));
  if (!value) return Refuse("RECORD_NOT_FOUND", "name");
  OpenRecord out;
  ASSIGN_OR_RETURN(out.stored, kv::Decode<store::StoredRecord>(*value));
  ASSIGN_OR_RETURN(const std::string content,
                   sealer_.Open(ContentOf(dataset, key), out.stored.sealed_content()));
  if (!out.content.ParseFromString(content)) {
    return absl::DataLossError("the content of a record cannot be read");
  }
  return out;
}

absl::StatusOr<OpenRejection> RecordStore::Open(const std::string& dataset, const std::string& key,
                                                absl::string_view value) const {
  OpenRejection out;
  ASSIGN_OR_RETURN(out.stored, kv::Decode<store::StoredRejection>(value));
  ASSIGN_OR_RETURN(out.payload, sealer_.Open(PayloadOf(dataset, key), out.stored.sealed_payload()));
  return out;
}

absl::StatusOr<std::optional<OpenRejection>> RecordStore::Rejection(const std::string& dataset,
                                                                    const std::string& key) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kRejections, dataset, key));
  if (!value) return std::optional<OpenRejection>();
  ASSIGN_OR_RETURN(auto rejection, Open(dataset, key, *value));
  return std::optional<OpenRejection>(std::move(rejection));
}

absl::StatusOr<RecordStore::RejectionPage> RecordStore::Rejections(const std::string& dataset,
                                                                   const std::string& after,
                                                                   int limit) const {
  ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kRejections, dataset, after, "", limit));
  RejectionPage out;
  for (const kv::Row& row : page.rows) {
    ASSIGN_OR_RETURN(auto rejection, Open(dataset, row.key, row.value));
    out.rows.emplace_back(row.key, std::move(rejection));
  }
  out.next = page.next;
  return out;
}

absl::StatusOr<int64_t> RecordStore::LastBatch(const std::string& dataset,
                                               const std::string& participant,
                                               const std::string& stream_id) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kStreams, dataset, StreamKey(participant, stream_id)));
  if (!value || value->size() < 8) return 0;
  return static_cast<int64_t>(kv::ReadU64(*value));
}

absl::StatusOr<store::StoredStatistics> RecordStore::Statistics(const std::string& dataset) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kStatistics, dataset, "s"));
  if (!value) return store::StoredStatistics();
  return kv::Decode<store::StoredStatistics>(*value);
}

absl::StatusOr<std::optional<store::StoredContract>> RecordStore::ContractInUse(
    const std::string& dataset) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kContracts, dataset, "c"));
  if (!value) return std::optional<store::StoredContract>();
  ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredContract>(*value));
  return std::optional<store::StoredContract>(std::move(stored));
}

absl::Status RecordStore::UseContract(const std::string& dataset,
                                      const store::StoredContract& contract) {
  kv::Batch batch(dataset);
  batch.Put(kContracts, "c", kv::Encode(contract));
  return kv_.Commit(batch);
}

absl::Status RecordStore::Write(std::map<std::string, Changes>& by_dataset) {
  std::vector<kv::Batch> batches;
  std::vector<std::unique_ptr<outbox::Outbox::Writer>> writers;
  for (auto& [dataset, changes] : by_dataset) {
    writers.push_back(std::make_unique<outbox::Outbox::Writer>(outbox_, dataset));
    outbox::Outbox::Writer& writer = *writers.back();
    kv::Batch batch(dataset);
    const auto room_for = [&](size_t bytes) {
      // A record takes up to four keys: version, head, event, and the outbox's own head.
      if (batch.keys() + 6 < kv::kMaxBatchKeys && batch.bytes() + bytes < kv::kMaxBatchBytes) {
        return;
      }
      writer.Seal(batch);
      batches.push_back(std::exchange(batch, kv::Batch(batch.partition())));
    };
    for (Changes::Accepted& accepted : changes.accepted) {
      const std::string key = VersionKey(accepted.record, accepted.head.source_version);
      store::StoredRecord& stored = accepted.version.stored;
      ASSIGN_OR_RETURN(
          *stored.mutable_sealed_content(),
          sealer_.Seal(ContentOf(dataset, key), accepted.version.content.SerializeAsString()));
      const std::string version = kv::Encode(stored);
      room_for(version.size() + 512);
      batch.Put(kRecords, key, version);
      store::Head head;
      head.set_source_version(accepted.head.source_version);
      head.set_content_hash(accepted.head.content_hash);
      head.set_first_outcome(static_cast<int32_t>(accepted.head.first));
      batch.Put(kHeadsTable, accepted.record, kv::Encode(head));
      if (accepted.announce) {
        store::RecordRef reference;
        reference.set_record(accepted.record);
        reference.set_source_version(accepted.head.source_version);
        writer.Append(batch, kRecordChanged, reference.SerializeAsString());
      }
    }
    for (auto& [key, rejection] : changes.rejections) {
      ASSIGN_OR_RETURN(*rejection.stored.mutable_sealed_payload(),
                       sealer_.Seal(PayloadOf(dataset, key), rejection.payload));
      const std::string value = kv::Encode(rejection.stored);
      room_for(value.size() + key.size());
      batch.Put(kRejections, key, value);
    }
    // The numbers come last: they tell that everything before them is stored.
    for (const auto& [stream, last] : changes.last_batches) {
      ASSIGN_OR_RETURN(const int64_t stored, LastBatch(dataset, stream.first, stream.second));
      if (last <= stored) continue;
      std::string number;
      kv::AppendU64(&number, static_cast<uint64_t>(last));
      room_for(number.size() + 256);
      batch.Put(kStreams, StreamKey(stream.first, stream.second), number);
    }
    if (changes.statistics) batch.Put(kStatistics, "s", kv::Encode(*changes.statistics));
    writer.Seal(batch);
    batches.push_back(std::move(batch));
  }
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  for (auto& writer : writers) writer->Committed();
  return absl::OkStatus();
}

}  // namespace fupin::exchange
