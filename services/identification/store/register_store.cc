#include "services/identification/store/register_store.h"

#include <utility>

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr char kHead[] = "head";
constexpr int kEntriesInBatch = 100;

}  // namespace

absl::StatusOr<std::optional<RegisterEntry>> RegisterStore::Find(
    const std::string& household) const {
  ASSIGN_OR_RETURN(auto row, kv_.Get(kRegister, HouseholdPartition(household), household));
  if (!row) return std::optional<RegisterEntry>();
  RegisterEntry entry;
  entry.id = household;
  ASSIGN_OR_RETURN(entry.stored, kv::Decode<store::StoredRegistration>(*row));
  entry.row = *std::move(row);
  return std::optional<RegisterEntry>(std::move(entry));
}

absl::StatusOr<std::vector<RegisterEntry>> RegisterStore::Of(const std::string& township) const {
  std::vector<RegisterEntry> entries;
  std::string begin;
  do {
    ASSIGN_OR_RETURN(kv::Page page,
                     kv_.Scan(kRegister, TownshipPartition(township), begin, "", kv::kMaxPageRows));
    for (kv::Row& row : page.rows) {
      RegisterEntry entry;
      entry.id = row.key;
      ASSIGN_OR_RETURN(entry.stored, kv::Decode<store::StoredRegistration>(row.value));
      entry.row = std::move(row.value);
      entries.push_back(std::move(entry));
    }
    begin = page.next;
  } while (!begin.empty());
  return entries;
}

absl::Status RegisterStore::Commit(const std::string& township,
                                   const std::vector<std::vector<Write>>& writes) {
  const std::string partition = TownshipPartition(township);
  outbox::Outbox::Writer writer(outbox_, partition);
  std::vector<kv::Batch> batches;
  std::vector<std::string> marked;
  kv::Batch batch(partition);
  int in_batch = 0;
  const auto close = [&] {
    if (in_batch == 0) return;
    writer.Seal(batch);
    batches.push_back(std::exchange(batch, kv::Batch(partition)));
    in_batch = 0;
  };
  for (const std::vector<Write>& together : writes) {
    for (const Write& write : together) {
      if (write.entry.row.empty()) {
        batch.ExpectAbsent(kRegister, write.entry.id);
      } else {
        batch.ExpectEquals(kRegister, write.entry.id, write.entry.row);
      }
      batch.Put(kRegister, write.entry.id, kv::Encode(write.entry.stored));
      watch_.Mark(batch, write.entry.id);
      marked.push_back(write.entry.id);
      writer.Append(batch, kCaseMoved, write.moved.SerializeAsString());
      ++in_batch;
    }
    if (in_batch >= kEntriesInBatch) close();
  }
  close();
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  writer.Committed();
  watch_.Notify(marked);
  return absl::OkStatus();
}

absl::StatusOr<std::string> RegisterStore::SealHead(const std::string& household,
                                                    const store::RegisteredHead& head) const {
  return sealer_.Seal({kRegister, HouseholdPartition(household), household, kHead},
                      head.SerializeAsString());
}

absl::StatusOr<store::RegisteredHead> RegisterStore::Head(const RegisterEntry& entry) const {
  store::RegisteredHead head;
  if (entry.stored.sealed_head().empty()) return head;
  ASSIGN_OR_RETURN(const std::string text,
                   sealer_.Open({kRegister, HouseholdPartition(entry.id), entry.id, kHead},
                                entry.stored.sealed_head()));
  if (!head.ParseFromString(text)) return absl::DataLossError("an entry cannot be read");
  return head;
}

}  // namespace fupin::identification
