#include "services/identification/store/exit_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/case_records.pb.h"
#include "services/identification/store/records.pb.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr int kPage = 500;
constexpr int kRowsInBatch = 1000;

std::string SampleKey(const std::string& id, int number) {
  std::string key = Joined(id, "");
  kv::AppendU32(&key, static_cast<uint32_t>(number));
  return key;
}

crypto::SealPlace NoteOf(const std::string& key, const std::string& field) {
  return {kExitSamples, kExitPartition, key, field};
}

std::string NoteField(int visit) { return absl::StrCat("note", visit); }

}  // namespace

absl::StatusOr<std::vector<FrameHousehold>> ExitStore::Households(
    const std::string& township) const {
  const std::string partition = TownshipPartition(township);
  std::vector<FrameHousehold> households;
  std::string begin;
  do {
    ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kHouseholds, partition, begin, "", kPage));
    std::vector<std::string> ids;
    std::vector<int> persons;
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredHousehold>(row.value));
      if (stored.closed()) continue;
      ids.push_back(row.key);
      persons.push_back(stored.persons_size());
    }
    ASSIGN_OR_RETURN(const auto rows, kv_.MultiGet(kRegister, partition, ids));
    for (size_t i = 0; i < ids.size(); ++i) {
      FrameHousehold household{ids[i], "", persons[i]};
      if (rows[i]) {
        ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredRegistration>(*rows[i]));
        household.status = stored.status();
      }
      households.push_back(std::move(household));
    }
    begin = page.next;
  } while (!begin.empty());
  return households;
}

absl::Status ExitStore::Create(const std::string& id, const store::StoredExitTest& test,
                               const std::vector<store::StoredSampled>& sample) {
  std::vector<kv::Batch> batches;
  kv::Batch batch(kExitPartition);
  for (size_t i = 0; i < sample.size(); ++i) {
    if (batch.keys() == kRowsInBatch) {
      batches.push_back(std::exchange(batch, kv::Batch(kExitPartition)));
    }
    batch.Put(kExitSamples, SampleKey(id, static_cast<int>(i) + 1), kv::Encode(sample[i]));
  }
  batches.push_back(std::exchange(batch, kv::Batch(kExitPartition)));
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  batch.ExpectAbsent(kExitTests, id);
  batch.Put(kExitTests, id, kv::Encode(test));
  return kv_.Commit(batch);
}

absl::StatusOr<std::optional<store::StoredExitTest>> ExitStore::Find(const std::string& id) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kExitTests, kExitPartition, id));
  if (!value) return std::optional<store::StoredExitTest>();
  ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredExitTest>(*value));
  return std::optional<store::StoredExitTest>(std::move(stored));
}

absl::StatusOr<std::vector<std::pair<std::string, store::StoredExitTest>>> ExitStore::All() const {
  constexpr int kRows = 500;
  std::vector<std::pair<std::string, store::StoredExitTest>> tests;
  std::string from;
  while (true) {
    ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kExitTests, kExitPartition, from, "", kRows));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredExitTest>(row.value));
      tests.emplace_back(row.key, std::move(stored));
    }
    if (page.next.empty()) return tests;
    from = page.next;
  }
}

absl::StatusOr<std::vector<OpenSampled>> ExitStore::Sample(const std::string& id, int from,
                                                           int limit) const {
  ASSIGN_OR_RETURN(kv::Page page, kv_.Scan(kExitSamples, kExitPartition, SampleKey(id, from),
                                           kv::PrefixEnd(Joined(id, "")), limit));
  std::vector<OpenSampled> sample;
  for (kv::Row& row : page.rows) {
    OpenSampled sampled;
    sampled.number = static_cast<int>(kv::ReadU32(row.key.substr(id.size() + 1)));
    ASSIGN_OR_RETURN(sampled.stored, kv::Decode<store::StoredSampled>(row.value));
    sampled.row = std::move(row.value);
    sample.push_back(std::move(sampled));
  }
  return sample;
}

absl::StatusOr<OpenSampled> ExitStore::Sampled(const std::string& id, int number) const {
  ASSIGN_OR_RETURN(auto sample, Sample(id, number, 1));
  if (sample.empty() || sample.front().number != number) {
    return Refuse("EXIT_TEST_NOT_FOUND", "name");
  }
  return std::move(sample.front());
}

absl::Status ExitStore::Put(const std::string& id, const OpenSampled& before,
                            const store::StoredSampled& next) {
  kv::Batch batch(kExitPartition);
  const std::string key = SampleKey(id, before.number);
  batch.ExpectEquals(kExitSamples, key, before.row);
  batch.Put(kExitSamples, key, kv::Encode(next));
  const absl::Status status = kv_.Commit(batch);
  return status.code() == absl::StatusCode::kAborted ? Refuse("EXIT_TEST_MOVED", "etag") : status;
}

absl::StatusOr<std::string> ExitStore::SealNote(const std::string& id, int number, int visit,
                                                const std::string& note) const {
  const std::string key = SampleKey(id, number);
  const std::string field = NoteField(visit);
  return sealer_.Seal(NoteOf(key, field), note);
}

absl::StatusOr<std::string> ExitStore::Note(const std::string& id, int number, int visit,
                                            const store::StoredVisit& stored) const {
  if (stored.sealed_note().empty()) return std::string();
  const std::string key = SampleKey(id, number);
  const std::string field = NoteField(visit);
  return sealer_.Open(NoteOf(key, field), stored.sealed_note());
}

}  // namespace fupin::identification
