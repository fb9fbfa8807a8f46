#include "services/identification/store/case_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kPiece = 48 << 10;
// One case changes about ten rows.
constexpr size_t kCasesInBatch = 50;
constexpr char kReason[] = "reason";

bool IsId(absl::string_view id) {
  return id.size() <= 64 && id.rfind('-') != absl::string_view::npos && id.rfind('-') > 0 &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
         });
}

std::string DueKey(const store::StoredCase& stored, const std::string& id) {
  std::string key(1, stored.outcome() != 0 ? '\1' : '\0');
  // An open step without a due day comes last; ended ones the newest first.
  const int64_t due = stored.outcome() != 0 ? INT64_MAX - stored.enter_ms()
                      : stored.due_ms() > 0 ? stored.due_ms()
                                            : INT64_MAX;
  kv::AppendU64(&key, static_cast<uint64_t>(due));
  return key + id;
}

std::string CountKey(const store::StoredCase& stored) {
  return Joined(stored.procedure(), Joined(stored.step(), stored.division()));
}

// A status was given, or what was under way has ended.
bool Watched(const CaseChange& change) {
  return !change.after.household().empty() && (change.registration || change.after.outcome() != 0);
}

std::string PieceKey(const std::string& id, size_t number) {
  std::string key = Joined(id, "");
  kv::AppendU32(&key, static_cast<uint32_t>(number));
  return key;
}

}  // namespace

absl::StatusOr<OpenCase> CaseStore::Get(const std::string& id) const {
  if (!IsId(id)) return Refuse("CASE_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(auto value, kv_.Get(kCases, HouseholdPartition(id), id));
  if (!value) return Refuse("CASE_NOT_FOUND", "name");
  OpenCase open;
  open.id = id;
  ASSIGN_OR_RETURN(open.stored, kv::Decode<store::StoredCase>(*value));
  open.row = *std::move(value);
  return open;
}

absl::Status CaseStore::Fill(const CaseChange& change, kv::Batch* batch) const {
  const std::string& id = change.before.id;
  if (change.before.row.empty()) {
    batch->ExpectAbsent(kCases, id);
  } else {
    batch->ExpectEquals(kCases, id, change.before.row);
    batch->Delete(kCaseDue, DueKey(change.before.stored, id));
  }
  store::StoredCase after = change.after;
  for (const NewCaseEvent& event : change.events) {
    store::StoredCaseEvent stored = event.stored;
    after.set_event_count(after.event_count() + 1);
    const std::string key = Versioned(id, after.event_count());
    if (!event.reason.empty()) {
      ASSIGN_OR_RETURN(*stored.mutable_sealed_reason(),
                       sealer_.Seal({kCaseLog, batch->partition(), key, kReason}, event.reason));
    }
    batch->Put(kCaseLog, key, kv::Encode(stored));
  }
  batch->Put(kCases, id, kv::Encode(after));
  batch->Put(kCaseDue, DueKey(after, id), "");
  if (!after.household().empty() &&
      (change.before.row.empty() || change.before.stored.household() != after.household())) {
    batch->Put(kHouseholdCases, Joined(after.household(), id), "");
  }
  if (change.registration) {
    batch->Put(kRegister, after.household(), kv::Encode(*change.registration));
  }
  for (const kv::Batch::Write& write : change.more) {
    if (write.value) {
      batch->Put(write.table, write.key, *write.value);
    } else {
      batch->Delete(write.table, write.key);
    }
  }
  if (watch_ != nullptr && Watched(change)) WatchQueue::Mark(*batch, after.household());
  for (const kv::Batch::Expect& expect : change.expect) {
    if (expect.value) {
      batch->ExpectEquals(expect.table, expect.key, *expect.value);
    } else {
      batch->ExpectAbsent(expect.table, expect.key);
    }
  }
  return absl::OkStatus();
}

std::vector<absl::Status> CaseStore::Commit(const std::string& township,
                                            const std::vector<CaseChange>& changes) {
  const std::string partition = TownshipPartition(township);
  std::vector<absl::Status> results(changes.size(), absl::OkStatus());
  // Holds everybody else off this township: counts are read and written again.
  outbox::Outbox::Writer writer(outbox_, partition);
  std::map<std::string, int64_t> deltas;
  std::vector<kv::Batch> batches;
  std::vector<std::vector<size_t>> members;
  kv::Batch batch(partition);
  std::vector<size_t> in_batch;
  const auto close = [&] {
    if (in_batch.empty()) return;
    writer.Seal(batch);
    batches.push_back(std::exchange(batch, kv::Batch(partition)));
    members.push_back(std::exchange(in_batch, {}));
  };
  const auto count = [&](kv::Batch& into) -> absl::Status {
    for (const auto& [key, delta] : std::exchange(deltas, {})) {
      if (delta == 0) continue;
      ASSIGN_OR_RETURN(const auto value, kv_.Get(kCaseCounts, partition, key));
      store::StoredCount stored;
      if (value) {
        ASSIGN_OR_RETURN(stored, kv::Decode<store::StoredCount>(*value));
      }
      stored.set_count(stored.count() + delta);
      if (stored.count() > 0) {
        into.Put(kCaseCounts, key, kv::Encode(stored));
      } else {
        into.Delete(kCaseCounts, key);
      }
    }
    return absl::OkStatus();
  };
  const auto fail = [&](const absl::Status& status) {
    const absl::Status told =
        status.code() == absl::StatusCode::kAborted ? Refuse("CASE_MOVED", "etag") : status;
    return std::vector<absl::Status>(changes.size(), told);
  };
  // Those that were moved by somebody else since they were read must not spoil the others.
  for (size_t i = 0; i < changes.size(); ++i) {
    const CaseChange& change = changes[i];
    const auto now = kv_.Get(kCases, partition, change.before.id);
    if (!now.ok()) return fail(now.status());
    if (now->value_or("") != change.before.row) {
      results[i] = Refuse("CASE_MOVED", "etag");
      continue;
    }
    if (const absl::Status filled = Fill(change, &batch); !filled.ok()) return fail(filled);
    if (!change.before.row.empty()) --deltas[CountKey(change.before.stored)];
    ++deltas[CountKey(change.after)];
    if (change.moved) writer.Append(batch, kCaseMoved, change.moved->SerializeAsString());
    in_batch.push_back(i);
    if (in_batch.size() >= kCasesInBatch && i + 1 < changes.size()) {
      if (const absl::Status counted = count(batch); !counted.ok()) return fail(counted);
      close();
      // The counts of the next batch build on these.
      const auto committed = kv_.CommitAll(batches);
      for (const absl::Status& status : committed) {
        if (!status.ok()) return fail(status);
      }
      batches.clear();
    }
  }
  if (const absl::Status counted = count(batch); !counted.ok()) return fail(counted);
  close();
  for (const absl::Status& status : kv_.CommitAll(batches)) {
    if (!status.ok()) return fail(status);
  }
  writer.Committed();
  if (watch_ != nullptr) {
    std::vector<std::string> marked;
    for (const CaseChange& change : changes) {
      if (Watched(change)) marked.push_back(change.after.household());
    }
    watch_->Notify(marked);
  }
  return results;
}

absl::StatusOr<CasePage> CaseStore::Due(const std::string& township, bool ended,
                                        const std::string& after, int limit) const {
  const std::string prefix(1, ended ? '\1' : '\0');
  CasePage page;
  // A row that is just taken away, for another due day, is not seen twice: keys only grow here.
  ASSIGN_OR_RETURN(const kv::Page rows,
                   kv_.Scan(kCaseDue, TownshipPartition(township), after.empty() ? prefix : after,
                            kv::PrefixEnd(prefix), limit));
  for (const kv::Row& row : rows.rows) page.ids.push_back(row.key.substr(9));
  page.next = rows.next;
  return page;
}

absl::StatusOr<std::vector<OpenCase>> CaseStore::OfHousehold(const std::string& household) const {
  const std::string prefix = Joined(household, "");
  std::vector<OpenCase> cases;
  ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kHouseholdCases, HouseholdPartition(household),
                                                 prefix, kv::PrefixEnd(prefix), kv::kMaxPageRows));
  for (const kv::Row& row : page.rows) {
    ASSIGN_OR_RETURN(OpenCase open, Get(row.key.substr(prefix.size())));
    cases.push_back(std::move(open));
  }
  std::stable_sort(cases.begin(), cases.end(), [](const OpenCase& a, const OpenCase& b) {
    return a.stored.open_ms() < b.stored.open_ms();
  });
  return cases;
}

absl::StatusOr<std::vector<CaseStore::Count>> CaseStore::Counts(const std::string& township) const {
  std::vector<Count> counts;
  std::string begin;
  do {
    ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kCaseCounts, TownshipPartition(township), begin,
                                                   "", kv::kMaxPageRows));
    for (const kv::Row& row : page.rows) {
      const std::vector<std::string> parts = absl::StrSplit(row.key, '\0');
      if (parts.size() != 3) continue;
      ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredCount>(row.value));
      counts.push_back({parts[0], parts[1], parts[2], stored.count()});
    }
    begin = page.next;
  } while (!begin.empty());
  return counts;
}

absl::StatusOr<std::vector<CaseStore::LoggedEvent>> CaseStore::Events(const std::string& id) const {
  const std::string prefix = Joined(id, "");
  const std::string partition = HouseholdPartition(id);
  std::vector<LoggedEvent> events;
  std::string begin = prefix;
  do {
    ASSIGN_OR_RETURN(const kv::Page page,
                     kv_.Scan(kCaseLog, partition, begin, kv::PrefixEnd(prefix), kv::kMaxPageRows));
    for (const kv::Row& row : page.rows) {
      LoggedEvent event;
      ASSIGN_OR_RETURN(event.stored, kv::Decode<store::StoredCaseEvent>(row.value));
      if (!event.stored.sealed_reason().empty()) {
        ASSIGN_OR_RETURN(event.reason, sealer_.Open({kCaseLog, partition, row.key, kReason},
                                                    event.stored.sealed_reason()));
      }
      events.push_back(std::move(event));
    }
    begin = page.next;
  } while (!begin.empty());
  return events;
}

absl::StatusOr<std::optional<store::StoredRegistration>> CaseStore::Registration(
    const std::string& household) const {
  if (household.empty()) return std::optional<store::StoredRegistration>();
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kRegister, HouseholdPartition(household), household));
  if (!value) return std::optional<store::StoredRegistration>();
  ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredRegistration>(*value));
  return std::optional<store::StoredRegistration>(std::move(stored));
}

absl::StatusOr<std::optional<store::StoredCaseRequest>> CaseStore::Request(
    const std::string& township, const std::string& request_id) const {
  ASSIGN_OR_RETURN(const auto value,
                   kv_.Get(kCaseRequests, TownshipPartition(township), request_id));
  if (!value) return std::optional<store::StoredCaseRequest>();
  ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredCaseRequest>(*value));
  return std::optional<store::StoredCaseRequest>(std::move(stored));
}

absl::StatusOr<std::string> CaseStore::CaseOf(const std::string& subject) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kCaseLinks, SubjectPartition(subject), subject));
  return value.value_or("");
}

absl::Status CaseStore::Link(const std::string& subject, const std::string& before,
                             const std::string& id) {
  kv::Batch batch(SubjectPartition(subject));
  if (before.empty()) {
    batch.ExpectAbsent(kCaseLinks, subject);
  } else {
    batch.ExpectEquals(kCaseLinks, subject, before);
  }
  batch.Put(kCaseLinks, subject, id);
  const absl::Status status = kv_.Commit(batch);
  return status.code() == absl::StatusCode::kAborted ? Refuse("CASE_MOVED", "etag") : status;
}

absl::StatusOr<std::string> CaseStore::Seal(const char* table, const std::string& id,
                                            const char* field, absl::string_view text) const {
  return sealer_.Seal({table, HouseholdPartition(id), id, field}, text);
}

absl::StatusOr<std::string> CaseStore::Unseal(const char* table, const std::string& id,
                                              const char* field, absl::string_view sealed) const {
  if (sealed.empty()) return std::string();
  return sealer_.Open({table, HouseholdPartition(id), id, field}, sealed);
}

absl::Status CaseStore::PutBlob(const std::string& id, absl::string_view bytes) {
  const std::string partition = HouseholdPartition(id);
  std::vector<kv::Batch> batches;
  kv::Batch batch(partition);
  for (size_t number = 0; number * kPiece < bytes.size(); ++number) {
    const std::string key = PieceKey(id, number);
    ASSIGN_OR_RETURN(std::string sealed, sealer_.Seal({kBlobs, partition, key, "bytes"},
                                                      bytes.substr(number * kPiece, kPiece)));
    if (batch.bytes() + sealed.size() + (64 << 10) > kv::kMaxBatchBytes) {
      batches.push_back(std::exchange(batch, kv::Batch(partition)));
    }
    batch.Put(kBlobs, key, std::move(sealed));
  }
  batches.push_back(std::move(batch));
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::StatusOr<std::string> CaseStore::Blob(const std::string& id) const {
  const std::string prefix = Joined(id, "");
  const std::string partition = HouseholdPartition(id);
  std::string bytes;
  std::string begin = prefix;
  do {
    ASSIGN_OR_RETURN(const kv::Page page,
                     kv_.Scan(kBlobs, partition, begin, kv::PrefixEnd(prefix), 50));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(const std::string piece,
                       sealer_.Open({kBlobs, partition, row.key, "bytes"}, row.value));
      bytes += piece;
    }
    begin = page.next;
  } while (!begin.empty());
  return bytes;
}

}  // namespace fupin::identification
