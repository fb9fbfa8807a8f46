#include "services/identification/store/score_store.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <google/protobuf/util/time_util.h>

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/automation.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr int kClasses = 5;
constexpr int kPage = 500;

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(time));
}

// Adds `sign` times what one household contributes to the counts of its village.
void Count(store::StoredTotals& totals, const store::StoredScore& score, int sign) {
  while (totals.classes_size() < kClasses) totals.add_classes(0);
  totals.set_households(totals.households() + sign);
  totals.set_persons(totals.persons() + sign * score.person_count());
  const int poverty_class = std::clamp<int>(score.score().poverty_class(), 0, kClasses - 1);
  totals.set_classes(poverty_class, totals.classes(poverty_class) + sign);
  if (poverty_class == v1::POVERTY_CLASS_POOR) {
    totals.set_poor_persons(totals.poor_persons() + sign * score.person_count());
  }
  totals.set_open_findings(totals.open_findings() + sign * score.open_finding_count());
}

void Count(store::StoredCounters& counters, const v1::Score& score, int sign) {
  counters.set_automatic(counters.automatic() + sign * score.automatic_count());
  counters.set_manual(counters.manual() + sign * score.manual_count());
  counters.set_absent(counters.absent() + sign * score.absent_count());
}

void Count(store::StoredCounters& counters, const v1::Finding& finding, int sign) {
  store::RuleCounts& rule = (*counters.mutable_rules())[finding.rule()];
  if (finding.state() == v1::FINDING_STATE_OPEN) rule.set_open(rule.open() + sign);
  if (finding.state() == v1::FINDING_STATE_RESOLVED) rule.set_resolved(rule.resolved() + sign);
  if (finding.state() == v1::FINDING_STATE_CLEARED) rule.set_cleared(rule.cleared() + sign);
}

crypto::SealPlace ValuesOf(const std::string& partition, const std::string& key) {
  return {kFindings, partition, key, "values"};
}

std::string RuleKey(const v1::Finding& finding, const std::string& id, const std::string& key) {
  return Joined(finding.rule(), Joined(id, key));
}

}  // namespace

absl::StatusOr<std::optional<store::StoredScore>> ScoreStore::Find(const std::string& id) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kScores, HouseholdPartition(id), id));
  if (!value) return std::optional<store::StoredScore>();
  ASSIGN_OR_RETURN(auto score, kv::Decode<store::StoredScore>(*value));
  return std::optional<store::StoredScore>(std::move(score));
}

absl::StatusOr<std::optional<std::string>> ScoreStore::Values(const std::string& id) const {
  return kv_.Get(kValues, HouseholdPartition(id), id);
}

absl::StatusOr<std::optional<store::StoredFillings>> ScoreStore::Fillings(
    const std::string& id) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kFillings, HouseholdPartition(id), id));
  if (!value) return std::optional<store::StoredFillings>();
  ASSIGN_OR_RETURN(auto fillings, kv::Decode<store::StoredFillings>(*value));
  return std::optional<store::StoredFillings>(std::move(fillings));
}

absl::StatusOr<std::vector<v1::Score>> ScoreStore::Log(const std::string& id) const {
  const std::string prefix = Joined(id, "");
  std::vector<v1::Score> scores;
  std::string begin = prefix;
  while (true) {
    ASSIGN_OR_RETURN(const kv::Page page, kv_.Scan(kScoreLog, HouseholdPartition(id), begin,
                                                   kv::PrefixEnd(prefix), kPage));
    for (const kv::Row& row : page.rows) {
      ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredScore>(row.value));
      scores.push_back(std::move(*stored.mutable_score()));
    }
    if (page.next.empty()) break;
    begin = page.next;
  }
  std::reverse(scores.begin(), scores.end());
  return scores;
}

absl::StatusOr<std::map<std::string, OpenFinding>> ScoreStore::Findings(
    const std::string& id) const {
  const std::string prefix = Joined(id, "");
  const std::string partition = HouseholdPartition(id);
  std::map<std::string, OpenFinding> findings;
  ASSIGN_OR_RETURN(const kv::Page page,
                   kv_.Scan(kFindings, partition, prefix, kv::PrefixEnd(prefix), kv::kMaxPageRows));
  for (const kv::Row& row : page.rows) {
    ASSIGN_OR_RETURN(auto stored, kv::Decode<store::StoredFinding>(row.value));
    ASSIGN_OR_RETURN(const std::string opened,
                     sealer_.Open(ValuesOf(partition, row.key), stored.sealed_values()));
    store::FindingValues values;
    if (!values.ParseFromString(opened)) {
      return absl::DataLossError("the values of a finding cannot be read");
    }
    OpenFinding open;
    open.finding = std::move(*stored.mutable_finding());
    open.finding.set_field_value(values.field_value());
    open.finding.set_department_value(values.department_value());
    open.finding.set_resolver(values.resolver());
    open.finding.set_note(values.note());
    open.values_hash = values.values_hash();
    findings.emplace(row.key.substr(prefix.size()), std::move(open));
  }
  return findings;
}

absl::StatusOr<std::string> ScoreStore::Seal(const std::string& partition, const std::string& key,
                                             const OpenFinding& open) const {
  store::FindingValues values;
  values.set_field_value(open.finding.field_value());
  values.set_department_value(open.finding.department_value());
  values.set_resolver(open.finding.resolver());
  values.set_note(open.finding.note());
  values.set_values_hash(open.values_hash);
  store::StoredFinding stored;
  *stored.mutable_finding() = open.finding;
  stored.mutable_finding()->clear_field_value();
  stored.mutable_finding()->clear_department_value();
  stored.mutable_finding()->clear_resolver();
  stored.mutable_finding()->clear_note();
  ASSIGN_OR_RETURN(*stored.mutable_sealed_values(),
                   sealer_.Seal(ValuesOf(partition, key), values.SerializeAsString()));
  return kv::Encode(stored);
}

absl::Status ScoreStore::Close(const std::string& id, const store::StoredScore& before,
                               const std::map<std::string, OpenFinding>& known,
                               const std::map<std::string, OpenFinding>& cleared, absl::Time now,
                               store::StoredCounters* counters, kv::Batch* batch) const {
  for (const auto& [key, finding] : cleared) {
    const v1::Finding& was = known.at(key).finding;
    Count(*counters, was, -1);
    Count(*counters, finding.finding, 1);
    batch->Delete(kByRule, RuleKey(was, id, key));
    ASSIGN_OR_RETURN(std::string row, Seal(batch->partition(), Joined(id, key), finding));
    batch->Put(kFindings, Joined(id, key), std::move(row));
  }
  batch->Delete(kByClass, ClassKey(before.score().poverty_class(), before.division(), id));
  batch->Delete(kValues, id);
  batch->Delete(kFillings, id);
  store::StoredScore closed = before;
  closed.set_closed(true);
  closed.set_open_finding_count(0);
  closed.set_person_count(0);
  closed.mutable_score()->set_version(before.score().version() + 1);
  *closed.mutable_score()->mutable_score_time() = ToTimestamp(now);
  batch->Put(kScores, id, kv::Encode(closed));
  return absl::OkStatus();
}

absl::Status ScoreStore::Watch(const std::string& id, bool class_changed, kv::Batch* batch,
                               std::vector<std::string>* marked) const {
  if (watch_ == nullptr) return absl::OkStatus();
  if (!class_changed) {
    ASSIGN_OR_RETURN(const auto registered, kv_.Get(kRegister, batch->partition(), id));
    ASSIGN_OR_RETURN(const auto suggested,
                     kv_.Get(kSuggestions, batch->partition(), Versioned(id, 1)));
    if (!registered && !suggested) return absl::OkStatus();
  }
  WatchQueue::Mark(*batch, id);
  marked->push_back(id);
  return absl::OkStatus();
}

absl::StatusOr<store::StoredTotals> ScoreStore::Totals(const std::string& township,
                                                       const std::string& division) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kTotals, TownshipPartition(township), division));
  if (!value) return store::StoredTotals();
  return kv::Decode<store::StoredTotals>(*value);
}

absl::StatusOr<store::StoredCounters> ScoreStore::Counters(const std::string& township) const {
  ASSIGN_OR_RETURN(const auto value, kv_.Get(kCounters, TownshipPartition(township), "c"));
  if (!value) return store::StoredCounters();
  return kv::Decode<store::StoredCounters>(*value);
}

absl::StatusOr<std::vector<ScoreStore::Outcome>> ScoreStore::Store(
    const std::vector<Evaluation>& evaluations, absl::Time now) {
  std::vector<Outcome> outcomes(evaluations.size());
  if (evaluations.empty()) return outcomes;
  const std::string partition = HouseholdPartition(evaluations.front().household);
  const std::string township = partition.substr(2);
  // Held until the commit: counts are read, changed and written under it.
  outbox::Outbox::Writer writer(outbox_, partition);
  ASSIGN_OR_RETURN(store::StoredCounters counters, Counters(township));
  std::map<std::string, store::StoredTotals> totals;
  const auto totals_of = [&](const std::string& division) -> absl::StatusOr<store::StoredTotals*> {
    auto [entry, unread] = totals.try_emplace(division);
    if (unread) {
      ASSIGN_OR_RETURN(entry->second, Totals(township, division));
    }
    return &entry->second;
  };
  std::map<std::string, store::StoredAutomation> automation;
  const auto automation_of = [&](uint64_t fingerprint) -> absl::StatusOr<store::StoredAutomation*> {
    const std::string key = AutomationKey(fingerprint);
    auto [entry, unread] = automation.try_emplace(key);
    if (unread) {
      ASSIGN_OR_RETURN(const auto value, kv_.Get(kAutomation, partition, key));
      if (value) {
        ASSIGN_OR_RETURN(entry->second, kv::Decode<store::StoredAutomation>(*value));
      }
    }
    return &entry->second;
  };
  std::vector<kv::Batch> batches;
  std::vector<std::string> marked;
  kv::Batch batch(partition);
  bool any = false;
  for (size_t i = 0; i < evaluations.size(); ++i) {
    const Evaluation& evaluation = evaluations[i];
    const std::string& id = evaluation.household;
    ASSIGN_OR_RETURN(const auto before, Find(id));
    ASSIGN_OR_RETURN(auto findings, Findings(id));

    // Merge what holds now into what is known of it.
    std::map<std::string, OpenFinding> changed;
    for (const auto& [key, found] : evaluation.findings) {
      const auto known = findings.find(key);
      const bool same = known != findings.end() && known->second.values_hash == found.values_hash &&
                        known->second.finding.state() != v1::FINDING_STATE_CLEARED;
      if (same) continue;
      OpenFinding next = found;
      next.finding.set_state(v1::FINDING_STATE_OPEN);
      *next.finding.mutable_find_time() = ToTimestamp(now);
      changed.emplace(key, std::move(next));
    }
    for (const auto& [key, known] : findings) {
      if (evaluation.findings.count(key) > 0 || known.finding.state() != v1::FINDING_STATE_OPEN) {
        continue;
      }
      OpenFinding next = known;
      next.finding.set_state(v1::FINDING_STATE_CLEARED);
      *next.finding.mutable_resolve_time() = ToTimestamp(now);
      changed.emplace(key, std::move(next));
    }

    // Counted in nothing: taken out of every count, or not yet in any.
    const bool counted = before && !before->closed();
    if (evaluation.closed && !counted) continue;
    if (evaluation.closed) {
      any = true;
      if (batch.keys() + 4 * static_cast<int>(changed.size()) + 16 > kv::kMaxBatchKeys) {
        writer.Seal(batch);
        batches.push_back(std::exchange(batch, kv::Batch(partition)));
      }
      ASSIGN_OR_RETURN(store::StoredTotals * of_old, totals_of(before->division()));
      Count(*of_old, *before, -1);
      Count(counters, before->score(), -1);
      ASSIGN_OR_RETURN(const auto filled, Fillings(id));
      if (filled) {
        ASSIGN_OR_RETURN(store::StoredAutomation * of_fillings,
                         automation_of(filled->source_fingerprint()));
        Count(*of_fillings, *filled, -1);
      }
      RETURN_IF_ERROR(Close(id, *before, findings, changed, now, &counters, &batch));
      RETURN_IF_ERROR(Watch(id, true, &batch, &marked));
      v1::HouseholdScored event;
      event.set_household(HouseholdName(id));
      event.set_division(before->division());
      *event.mutable_score() = before->score();
      event.mutable_score()->set_version(before->score().version() + 1);
      *event.mutable_score()->mutable_score_time() = ToTimestamp(now);
      event.set_previous_class(before->score().poverty_class());
      event.set_closed(true);
      writer.Append(batch, kHouseholdScored, event.SerializeAsString());
      outcomes[i].changed = true;
      continue;
    }
    outcomes[i].after = evaluation.score.poverty_class();
    if (before) outcomes[i].before = before->score().poverty_class();
    ASSIGN_OR_RETURN(const auto filled, Fillings(id));
    const bool same_fillings =
        filled && filled->SerializeAsString() == evaluation.fillings.SerializeAsString();
    const bool same_score = before && before->score().input_hash() == evaluation.score.input_hash();
    const bool same = same_score && counted && changed.empty() &&
                      before->division() == evaluation.division &&
                      before->person_count() == evaluation.person_count;
    if (same && same_fillings) continue;
    any = true;
    if (batch.keys() + 4 * static_cast<int>(changed.size()) + 16 > kv::kMaxBatchKeys ||
        batch.bytes() > kv::kMaxBatchBytes / 2) {
      writer.Seal(batch);
      batches.push_back(std::exchange(batch, kv::Batch(partition)));
    }

    if (!same_fillings) {
      // Another record may say the same: no new score, but another origin of the value.
      if (filled) {
        ASSIGN_OR_RETURN(store::StoredAutomation * of_old,
                         automation_of(filled->source_fingerprint()));
        Count(*of_old, *filled, -1);
      }
      ASSIGN_OR_RETURN(store::StoredAutomation * of_new,
                       automation_of(evaluation.fillings.source_fingerprint()));
      Count(*of_new, evaluation.fillings, 1);
      batch.Put(kFillings, id, kv::Encode(evaluation.fillings));
    }
    if (same) continue;
    outcomes[i].changed = true;

    store::StoredScore next;
    *next.mutable_score() = evaluation.score;
    next.mutable_score()->set_version(before ? before->score().version() + 1 : 1);
    *next.mutable_score()->mutable_score_time() = ToTimestamp(now);
    next.set_division(evaluation.division);
    next.set_person_count(evaluation.person_count);

    for (auto& [key, finding] : changed) {
      const auto known = findings.find(key);
      if (known != findings.end()) {
        Count(counters, known->second.finding, -1);
        if (known->second.finding.state() == v1::FINDING_STATE_OPEN) {
          batch.Delete(kByRule, RuleKey(known->second.finding, id, key));
        }
      }
      Count(counters, finding.finding, 1);
      if (finding.finding.state() == v1::FINDING_STATE_OPEN) {
        batch.Put(kByRule, RuleKey(finding.finding, id, key), "");
      }
      ASSIGN_OR_RETURN(std::string row, Seal(partition, Joined(id, key), finding));
      batch.Put(kFindings, Joined(id, key), std::move(row));
      findings[key] = finding;
    }
    int open = 0;
    for (const auto& [key, finding] : findings) {
      open += finding.finding.state() == v1::FINDING_STATE_OPEN ? 1 : 0;
    }
    next.set_open_finding_count(open);

    if (counted) {
      ASSIGN_OR_RETURN(store::StoredTotals * of_old, totals_of(before->division()));
      Count(*of_old, *before, -1);
      Count(counters, before->score(), -1);
      batch.Delete(kByClass, ClassKey(before->score().poverty_class(), before->division(), id));
    }
    ASSIGN_OR_RETURN(store::StoredTotals * of_new, totals_of(evaluation.division));
    Count(*of_new, next, 1);
    Count(counters, next.score(), 1);
    batch.Put(kByClass, ClassKey(next.score().poverty_class(), evaluation.division, id), "");
    const std::string value = kv::Encode(next);
    batch.Put(kScores, id, value);
    batch.Put(kScoreLog, Versioned(id, next.score().version()), value);
    batch.Put(kValues, id, evaluation.values);
    RETURN_IF_ERROR(Watch(id, before && outcomes[i].before != outcomes[i].after, &batch, &marked));
    v1::HouseholdScored event;
    event.set_household(HouseholdName(id));
    event.set_division(evaluation.division);
    *event.mutable_score() = next.score();
    event.set_previous_class(outcomes[i].before);
    event.set_person_count(next.person_count());
    event.set_open_finding_count(open);
    writer.Append(batch, kHouseholdScored, event.SerializeAsString());
  }
  if (!any) return outcomes;
  for (const auto& [division, counts] : totals) batch.Put(kTotals, division, kv::Encode(counts));
  for (const auto& [key, counts] : automation) batch.Put(kAutomation, key, kv::Encode(counts));
  batch.Put(kCounters, "c", kv::Encode(counters));
  writer.Seal(batch);
  batches.push_back(std::move(batch));
  for (const absl::Status& status : kv_.CommitAll(batches)) RETURN_IF_ERROR(status);
  writer.Committed();
  if (watch_ != nullptr) watch_->Notify(marked);
  return outcomes;
}

absl::StatusOr<v1::Finding> ScoreStore::Resolve(const std::string& id, const std::string& finding,
                                                v1::Resolution resolution,
                                                const std::string& resolver,
                                                const std::string& note, absl::Time now) {
  const std::string partition = HouseholdPartition(id);
  const std::string township = partition.substr(2);
  outbox::Outbox::Writer writer(outbox_, partition);
  ASSIGN_OR_RETURN(auto findings, Findings(id));
  const auto found = findings.find(finding);
  if (found == findings.end()) return Refuse("FINDING_NOT_FOUND", "name");
  OpenFinding next = found->second;
  if (next.finding.state() != v1::FINDING_STATE_OPEN) return Refuse("FINDING_CLOSED", "name");
  next.finding.set_state(v1::FINDING_STATE_RESOLVED);
  next.finding.set_resolution(resolution);
  next.finding.set_resolver(resolver);
  next.finding.set_note(note);
  *next.finding.mutable_resolve_time() = ToTimestamp(now);
  kv::Batch batch(partition);
  ASSIGN_OR_RETURN(std::string row, Seal(partition, Joined(id, finding), next));
  batch.Put(kFindings, Joined(id, finding), std::move(row));
  batch.Delete(kByRule, RuleKey(found->second.finding, id, finding));
  ASSIGN_OR_RETURN(store::StoredCounters counters, Counters(township));
  Count(counters, found->second.finding, -1);
  Count(counters, next.finding, 1);
  batch.Put(kCounters, "c", kv::Encode(counters));
  ASSIGN_OR_RETURN(auto score, Find(id));
  if (score && !score->closed()) {
    ASSIGN_OR_RETURN(store::StoredTotals totals, Totals(township, score->division()));
    Count(totals, *score, -1);
    score->set_open_finding_count(std::max(0, score->open_finding_count() - 1));
    Count(totals, *score, 1);
    batch.Put(kTotals, score->division(), kv::Encode(totals));
    batch.Put(kScores, id, kv::Encode(*score));
  }
  std::vector<std::string> marked;
  RETURN_IF_ERROR(Watch(id, false, &batch, &marked));
  RETURN_IF_ERROR(kv_.Commit(batch));
  if (watch_ != nullptr) watch_->Notify(marked);
  return next.finding;
}

}  // namespace fupin::identification
