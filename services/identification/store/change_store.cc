#include "services/identification/store/change_store.h"

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr char kText[] = "text";
constexpr char kSurvey[] = "survey";
constexpr int kPage = 500;

std::string TransferKey(const std::string& from, const std::string& to) { return Joined(from, to); }

v1::HouseholdChanged EventOf(const ChangedHousehold& changed) {
  const store::StoredChange& stored = changed.change.stored;
  v1::HouseholdChanged event;
  event.set_household(HouseholdName(changed.id));
  event.set_division(changed.next.survey.division());
  event.set_kind(static_cast<v1::ChangeKind>(stored.kind()));
  event.set_date(stored.date());
  event.set_version(changed.next.stored.version());
  event.set_person_count(changed.next.survey.members_size());
  event.mutable_parents()->CopyFrom(stored.parents());
  event.mutable_children()->CopyFrom(stored.children());
  event.set_closed(stored.closed());
  event.mutable_time()->set_seconds(stored.record_ms() / 1000);
  event.mutable_time()->set_nanos(static_cast<int32_t>(stored.record_ms() % 1000 * 1'000'000));
  return event;
}

}  // namespace

absl::Status ChangeStore::Commit(const std::vector<ChangedHousehold>& changed,
                                 const std::string& request_id, const store::StoredRequest& request,
                                 const std::optional<Transfer>& transfer) {
  const std::string partition = HouseholdPartition(changed.front().id);
  std::vector<std::string> marked;
  outbox::Outbox::Writer writer(outbox_, partition);
  kv::Batch batch(partition);
  for (const ChangedHousehold& each : changed) {
    RETURN_IF_ERROR(households_.Fill(each.id, each.before, each.next, &batch));
    const std::string key = Versioned(each.id, each.next.stored.version());
    store::StoredChange stored = each.change.stored;
    ASSIGN_OR_RETURN(
        *stored.mutable_sealed_text(),
        sealer_.Seal({kChanges, partition, key, kText}, each.change.text.SerializeAsString()));
    batch.Put(kChanges, key, kv::Encode(stored));
    if (each.registration) {
      if (each.known.row) {
        batch.ExpectEquals(kRegister, each.id, *each.known.row);
      } else {
        batch.ExpectAbsent(kRegister, each.id);
      }
      batch.Put(kRegister, each.id, kv::Encode(*each.registration));
    }
    // Its open cases end.
    if (each.registration || each.next.stored.closed()) {
      WatchQueue::Mark(batch, each.id);
      marked.push_back(each.id);
    }
    writer.Append(batch, kHouseholdChanged, EventOf(each).SerializeAsString());
    if (each.moved) writer.Append(batch, kCaseMoved, each.moved->SerializeAsString());
  }
  if (transfer) {
    const std::string key = TransferKey(transfer->from, transfer->to);
    store::StoredTransfer row;
    *row.mutable_household() = transfer->household.stored;
    ASSIGN_OR_RETURN(*row.mutable_household()->mutable_sealed_survey(),
                     sealer_.Seal({kTransfers, partition, key, kSurvey},
                                  transfer->household.survey.SerializeAsString()));
    *row.mutable_change() = transfer->change.stored;
    ASSIGN_OR_RETURN(*row.mutable_change()->mutable_sealed_text(),
                     sealer_.Seal({kTransfers, partition, key, kText},
                                  transfer->change.text.SerializeAsString()));
    if (transfer->registration) *row.mutable_registration() = *transfer->registration;
    batch.Put(kTransfers, key, kv::Encode(row));
  }
  if (!request_id.empty()) batch.Put(kRequests, request_id, kv::Encode(request));
  const absl::Status status = writer.Commit(batch);
  if (status.code() == absl::StatusCode::kAborted) return Refuse("HOUSEHOLD_MOVED", "etag");
  RETURN_IF_ERROR(status);
  watch_.Notify(marked);
  return absl::OkStatus();
}

absl::StatusOr<OpenChange> ChangeStore::Open(const char* table, const std::string& partition,
                                             const std::string& key,
                                             store::StoredChange stored) const {
  OpenChange change;
  ASSIGN_OR_RETURN(const std::string text,
                   sealer_.Open({table, partition, key, kText}, stored.sealed_text()));
  if (!change.text.ParseFromString(text)) return absl::DataLossError("a change cannot be read");
  change.stored = std::move(stored);
  return change;
}

absl::StatusOr<std::vector<OpenChange>> ChangeStore::Of(const std::string& household) const {
  const std::string partition = HouseholdPartition(household);
  const std::string prefix = Joined(household, "");
  std::vector<OpenChange> changes;
  std::string begin = prefix;
  do {
    ASSIGN_OR_RETURN(const kv::Page page,
                     kv_.Scan(kChanges, partition, begin, kv::PrefixEnd(prefix), kPage));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredChange>(row.value));
      ASSIGN_OR_RETURN(OpenChange change, Open(kChanges, partition, row.key, std::move(stored)));
      changes.push_back(std::move(change));
    }
    begin = page.next;
  } while (!begin.empty());
  return changes;
}

absl::StatusOr<std::optional<OpenChange>> ChangeStore::Find(const std::string& household,
                                                            int64_t version) const {
  const std::string partition = HouseholdPartition(household);
  const std::string key = Versioned(household, version);
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kChanges, partition, key));
  if (!value) return std::optional<OpenChange>();
  ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredChange>(*value));
  ASSIGN_OR_RETURN(OpenChange change, Open(kChanges, partition, key, std::move(stored)));
  return std::optional<OpenChange>(std::move(change));
}

absl::StatusOr<std::optional<OpenHousehold>> ChangeStore::Version(const std::string& household,
                                                                  int64_t version) const {
  const std::string partition = HouseholdPartition(household);
  const std::string key = Versioned(household, version);
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kSurveys, partition, key));
  if (!value) return std::optional<OpenHousehold>();
  OpenHousehold open;
  ASSIGN_OR_RETURN(open.stored, kv::Decode<store::StoredHousehold>(*value));
  ASSIGN_OR_RETURN(const std::string survey,
                   sealer_.Open({kSurveys, partition, key, kSurvey}, open.stored.sealed_survey()));
  if (!open.survey.ParseFromString(survey)) {
    return absl::DataLossError("a survey cannot be read");
  }
  return std::optional<OpenHousehold>(std::move(open));
}

absl::StatusOr<RegisterRow> ChangeStore::Registration(const std::string& household) const {
  RegisterRow row;
  ASSIGN_OR_RETURN(row.row, kv_.Get(kRegister, HouseholdPartition(household), household));
  if (row.row) {
    ASSIGN_OR_RETURN(row.stored, kv::Decode<store::StoredRegistration>(*row.row));
  }
  return row;
}

absl::StatusOr<std::vector<Transfer>> ChangeStore::Transfers() const {
  std::vector<Transfer> transfers;
  absl::Status status = absl::OkStatus();
  const auto read = [&](absl::string_view where, absl::string_view key,
                        absl::string_view value) -> absl::Status {
    const std::string partition(where);
    const std::string row_key(key);
    ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredTransfer>(value));
    Transfer transfer;
    const size_t end = key.find('\0');
    transfer.from = row_key.substr(0, end);
    transfer.to = row_key.substr(end + 1);
    ASSIGN_OR_RETURN(const std::string survey,
                     sealer_.Open({kTransfers, partition, row_key, kSurvey},
                                  stored.household().sealed_survey()));
    transfer.household.stored = stored.household();
    if (!transfer.household.survey.ParseFromString(survey)) {
      return absl::DataLossError("a survey cannot be read");
    }
    ASSIGN_OR_RETURN(transfer.change, Open(kTransfers, partition, row_key, stored.change()));
    if (stored.has_registration()) transfer.registration = stored.registration();
    transfers.push_back(std::move(transfer));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(kv_.ScanTable(
      kTransfers, [&](absl::string_view partition, absl::string_view key, absl::string_view value) {
        status = read(partition, key, value);
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  return transfers;
}

absl::Status ChangeStore::Arrived(const Transfer& transfer) {
  kv::Batch batch(HouseholdPartition(transfer.from));
  batch.Delete(kTransfers, TransferKey(transfer.from, transfer.to));
  return kv_.Commit(batch);
}

}  // namespace fupin::identification
