#include "services/identification/store/household_store.h"

#include <atomic>
#include <map>
#include <set>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/case_records.pb.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr int kPage = 500;
constexpr char kSurveyField[] = "survey";

// Subjects a survey makes the household reachable by.
std::set<std::string> SubjectsOf(const store::StoredHousehold& household) {
  std::set<std::string> subjects;
  for (const std::string& person : household.persons()) {
    if (!person.empty()) subjects.insert(person);
  }
  if (!household.household_subject().empty()) subjects.insert(household.household_subject());
  return subjects;
}

}  // namespace

std::string NewStamp() {
  static std::atomic<uint64_t> counter{[] {
    absl::BitGen random;
    return absl::Uniform<uint64_t>(random);
  }()};
  std::string stamp;
  kv::AppendU64(&stamp, counter.fetch_add(0x9e3779b97f4a7c15u));
  return stamp;
}

Mark Enqueue(kv::Batch& batch, const std::string& id) {
  batch.Put(kQueue, id, NewStamp());
  return {batch.partition(), id};
}

absl::StatusOr<std::optional<store::StoredHousehold>> HouseholdStore::Stored(
    const std::string& id) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kHouseholds, HouseholdPartition(id), id));
  if (!value) return std::optional<store::StoredHousehold>();
  ASSIGN_OR_RETURN(auto household, kv::Decode<store::StoredHousehold>(*value));
  return std::optional<store::StoredHousehold>(std::move(household));
}

absl::StatusOr<std::optional<OpenHousehold>> HouseholdStore::Find(const std::string& id) const {
  ASSIGN_OR_RETURN(auto stored, Stored(id));
  if (!stored) return std::optional<OpenHousehold>();
  OpenHousehold household;
  household.stored = *std::move(stored);
  ASSIGN_OR_RETURN(const std::string survey,
                   sealer_.Open({kHouseholds, HouseholdPartition(id), id, kSurveyField},
                                household.stored.sealed_survey()));
  if (!household.survey.ParseFromString(survey)) {
    return absl::DataLossError("a survey cannot be read");
  }
  return std::optional<OpenHousehold>(std::move(household));
}

absl::StatusOr<std::string> HouseholdStore::Seal(const char* table, const std::string& id,
                                                 const std::string& key,
                                                 const OpenHousehold& household) const {
  store::StoredHousehold row = household.stored;
  ASSIGN_OR_RETURN(*row.mutable_sealed_survey(),
                   sealer_.Seal({table, HouseholdPartition(id), key, kSurveyField},
                                household.survey.SerializeAsString()));
  std::string value = kv::Encode(row);
  if (value.size() > kv::kMaxValueBytes) return Refuse("SURVEY_TOO_LARGE", "survey");
  return value;
}

absl::StatusOr<OpenHousehold> HouseholdStore::Get(const std::string& id) const {
  ASSIGN_OR_RETURN(auto household, Find(id));
  if (!household) return Refuse("HOUSEHOLD_NOT_FOUND", "name");
  return *std::move(household);
}

absl::StatusOr<std::optional<store::StoredRequest>> HouseholdStore::Request(
    const std::string& township, const std::string& request_id) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kRequests, TownshipPartition(township), request_id));
  if (!value) return std::optional<store::StoredRequest>();
  ASSIGN_OR_RETURN(auto request, kv::Decode<store::StoredRequest>(*value));
  return std::optional<store::StoredRequest>(std::move(request));
}

absl::StatusOr<bool> HouseholdStore::InRegister(const std::string& id) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kRegister, HouseholdPartition(id), id));
  if (!value) return false;
  ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredRegistration>(*value));
  return !stored.status().empty();
}

absl::Status HouseholdStore::Append(const std::string& id,
                                    const std::optional<OpenHousehold>& before,
                                    const OpenHousehold& next, const std::string& request_id,
                                    const store::StoredRequest& request) {
  kv::Batch batch(HouseholdPartition(id));
  RETURN_IF_ERROR(Fill(id, before, next, &batch));
  batch.Put(kRequests, request_id, kv::Encode(request));
  return kv_.Commit(batch);
}

absl::Status HouseholdStore::Fill(const std::string& id, const std::optional<OpenHousehold>& before,
                                  const OpenHousehold& next, kv::Batch* batch) const {
  const std::string version_key = Versioned(id, next.stored.version());
  ASSIGN_OR_RETURN(std::string newest, Seal(kHouseholds, id, id, next));
  ASSIGN_OR_RETURN(std::string kept, Seal(kSurveys, id, version_key, next));
  // Versions are never deleted: whoever came in between has written this one. (Sealing the same
  // twice gives other bytes, so rows cannot be compared.)
  batch->ExpectAbsent(kSurveys, version_key);
  const bool closed = next.stored.closed();
  if (before && (closed || before->survey.division() != next.survey.division())) {
    batch->Delete(kByDivision, Joined(before->survey.division(), id));
  }
  batch->Put(kHouseholds, id, std::move(newest));
  batch->Put(kSurveys, version_key, std::move(kept));
  if (!closed) batch->Put(kByDivision, Joined(next.survey.division(), id), "");
  std::string version;
  kv::AppendU64(&version, static_cast<uint64_t>(next.stored.version()));
  batch->Put(kUnlinked, id, version);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> HouseholdStore::LinkedTo(
    const std::string& subject) const {
  std::vector<std::string> ids;
  std::string begin = subject;
  const std::string end = kv::PrefixEnd(subject);
  while (true) {
    ASSIGN_OR_RETURN(const kv::Page page,
                     kv_.Scan(kLinks, SubjectPartition(subject), begin, end, kPage));
    for (const kv::Row& row : page.rows) ids.push_back(row.key.substr(subject.size()));
    if (page.next.empty()) return ids;
    begin = page.next;
  }
}

absl::StatusOr<std::vector<Mark>> HouseholdStore::Link(const std::string& id) {
  absl::MutexLock lock(&subjects_);
  const std::string partition = HouseholdPartition(id);
  ASSIGN_OR_RETURN(const auto note, kv_.Get(kUnlinked, partition, id));
  ASSIGN_OR_RETURN(const auto stored, Stored(id));
  if (!stored) return Refuse("HOUSEHOLD_NOT_FOUND", "name");
  const store::StoredHousehold& household = *stored;
  const std::set<std::string> now = SubjectsOf(household);
  std::set<std::string> gone;
  if (household.version() > 1) {
    ASSIGN_OR_RETURN(const auto value,
                     kv_.Get(kSurveys, partition, Versioned(id, household.version() - 1)));
    if (value) {
      ASSIGN_OR_RETURN(const auto before, kv::Decode<store::StoredHousehold>(*value));
      for (const std::string& subject : SubjectsOf(before)) {
        if (now.count(subject) == 0) gone.insert(subject);
      }
    }
  }
  std::vector<Mark> marked;
  std::map<std::string, kv::Batch> shards;
  const auto shard = [&](const std::string& subject) -> kv::Batch& {
    const std::string name = SubjectPartition(subject);
    return shards.try_emplace(name, name).first->second;
  };
  for (const bool add : {true, false}) {
    for (const std::string& subject : add ? now : gone) {
      kv::Batch& batch = shard(subject);
      if (add) {
        batch.Put(kLinks, subject + id, "");
      } else {
        batch.Delete(kLinks, subject + id);
      }
      marked.push_back(Enqueue(batch, id));
      ASSIGN_OR_RETURN(const auto others, LinkedTo(subject));
      for (const std::string& other : others) {
        if (other != id) marked.push_back(Enqueue(batch, other));
      }
    }
  }
  if (shards.empty()) {
    // Nobody has a number: the household is still to be scored.
    marked.push_back(Enqueue(shards.try_emplace("s/00", "s/00").first->second, id));
  }
  std::vector<kv::Batch> batches;
  for (auto& [name, batch] : shards) batches.push_back(std::move(batch));
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  if (note) {
    kv::Batch done(partition);
    done.ExpectEquals(kUnlinked, id, *note);
    done.Delete(kUnlinked, id);
    const absl::Status status = kv_.Commit(done);
    // A newer version left a newer note: its own call will link it.
    if (!status.ok() && status.code() != absl::StatusCode::kAborted) return status;
  }
  return marked;
}

absl::StatusOr<std::vector<std::string>> HouseholdStore::Unlinked() const {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(
      kv_.ScanTable(kUnlinked, [&](absl::string_view, absl::string_view key, absl::string_view) {
        ids.emplace_back(key);
        return true;
      }));
  return ids;
}

absl::StatusOr<std::vector<std::string>> HouseholdStore::InVillage(const std::string& township,
                                                                   const std::string& village,
                                                                   const std::string& after,
                                                                   int limit) const {
  const std::string prefix = Joined(village, "");
  const std::string begin = after.empty() ? prefix : prefix + after + '\0';
  ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kByDivision, TownshipPartition(township), begin,
                                                 kv::PrefixEnd(prefix), limit));
  std::vector<std::string> ids;
  for (const kv::Row& row : page.rows) ids.push_back(row.key.substr(prefix.size()));
  return ids;
}

}  // namespace fupin::identification
