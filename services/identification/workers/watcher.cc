#include "services/identification/workers/watcher.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <google/protobuf/util/time_util.h>

#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/watch.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kGroup = 64;
constexpr int kPage = 500;
constexpr absl::Duration kWait = absl::Seconds(1);
constexpr absl::Duration kRetry = absl::Milliseconds(200);
constexpr int kWarning = 2;
constexpr int kSerious = 3;

std::optional<WatchReference> ReferenceOf(const store::StoredWatchFacts& facts) {
  if (facts.reference_class() == 0) return std::nullopt;
  return WatchReference{facts.reference_class(), facts.reference_index(),
                        absl::FromUnixMillis(facts.reference_ms())};
}

store::StoredWatchFacts ToStored(const WatchFacts& facts, const WatchMatch& match) {
  store::StoredWatchFacts stored;
  stored.set_status(facts.status);
  stored.set_status_version(facts.status_version);
  const WatchScore& newest = facts.scores.front();
  stored.set_poverty_class(newest.poverty_class);
  stored.set_index_centipoints(newest.index_centipoints);
  stored.set_score_ms(absl::ToUnixMillis(newest.time));
  stored.set_score_version(newest.version);
  if (match.reference) {
    stored.set_reference_class(match.reference->poverty_class);
    stored.set_reference_index(match.reference->index_centipoints);
    stored.set_reference_ms(absl::ToUnixMillis(match.reference->time));
  }
  stored.set_stable_months(match.stable_months);
  stored.set_serious(static_cast<int>(facts.open_findings[kSerious].size()));
  stored.set_warning(static_cast<int>(facts.open_findings[kWarning].size()));
  return stored;
}

}  // namespace

Watcher::Watcher(kv::Store& kv, WatchQueue& queue, const SuggestionStore& suggestions,
                 const ScoreStore& scores, const CaseStore& cases, const Procedures& procedures,
                 std::shared_ptr<const division::Tree> divisions, int partition_level,
                 IdentificationMetrics& metrics, const Clock& clock,
                 std::function<absl::Status(const std::string&)> end_cases)
    : kv_(kv),
      queue_(queue),
      suggestions_(suggestions),
      scores_(scores),
      cases_(cases),
      procedures_(procedures),
      divisions_(std::move(divisions)),
      partition_level_(partition_level),
      metrics_(metrics),
      clock_(clock),
      end_cases_(std::move(end_cases)) {}

absl::Status Watcher::Start() {
  RETURN_IF_ERROR(queue_.Load());
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Watcher::Stop() {
  stopping_ = true;
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void Watcher::Run() {
  std::optional<absl::CivilDay> swept;
  while (!stopping_) {
    const absl::CivilDay today = absl::ToCivilDay(clock_.Now(), Shanghai());
    if (swept != today) {
      const absl::Status status = Sweep();
      if (status.ok()) {
        swept = today;
      } else if (!stopping_) {
        log::Warning("watching the register interrupted", {{"reason", ReasonOf(status)}});
        queue_.Pause(kRetry);
      }
    }
    for (const std::string& household : queue_.Take(kGroup, kWait)) {
      const absl::Status status = Look(household);
      if (status.ok()) continue;
      // The mark is still in the store.
      queue_.Notify({household});
      if (status.code() == absl::StatusCode::kAborted) continue;
      log::Warning("watching interrupted", {{"reason", ReasonOf(status)}});
      queue_.Pause(kRetry);
    }
  }
}

absl::Status Watcher::Sweep() {
  std::vector<std::string> townships;
  for (const division::Division& place : divisions_->all()) {
    if (place.level() == partition_level_) townships.emplace_back(place.code());
  }
  for (const std::string& township : townships) {
    std::string begin;
    do {
      ASSIGN_OR_RETURN(const kv::Page page,
                       kv_.Scan(kRegister, TownshipPartition(township), begin, "", kPage));
      for (const kv::Row& row : page.rows) {
        if (stopping_) return absl::CancelledError("stopping");
        absl::Status status = Look(row.key);
        // Marked by whoever came in between.
        if (!status.ok() && status.code() != absl::StatusCode::kAborted) return status;
      }
      begin = page.next;
    } while (!begin.empty());
  }
  return absl::OkStatus();
}

absl::Status Watcher::Look(const std::string& household) {
  RETURN_IF_ERROR(end_cases_(household));
  const std::string partition = HouseholdPartition(household);
  ASSIGN_OR_RETURN(const auto mark, kv_.Get(kWatchQueue, partition, household));
  ASSIGN_OR_RETURN(const auto registration, cases_.Registration(household));
  ASSIGN_OR_RETURN(const auto score, scores_.Find(household));
  const absl::Time now = clock_.Now();

  WatchFacts facts;
  if (registration && !registration->status().empty()) facts.status = registration->status();
  facts.status_version = registration ? registration->changes_size() : 0;
  ASSIGN_OR_RETURN(const auto log, scores_.Log(household));
  // Of a household that is closed nothing is suggested any more.
  const bool closed = score && score->closed();
  for (const v1::Score& each : log) {
    if (closed) break;
    facts.scores.push_back(
        {absl::FromUnixMillis(
             google::protobuf::util::TimeUtil::TimestampToMilliseconds(each.score_time())),
         each.index_centipoints(), each.poverty_class(), each.version()});
  }
  ASSIGN_OR_RETURN(const auto findings, scores_.Findings(household));
  for (const auto& [id, open] : findings) {
    const int severity = open.finding.severity();
    if (open.finding.state() == v1::FINDING_STATE_OPEN && severity >= 1 && severity <= kSerious) {
      facts.open_findings[severity].insert(id);
    }
  }
  const std::string fact_key = FactKey(facts);

  ASSIGN_OR_RETURN(const auto known, suggestions_.OfHousehold(household));
  int64_t number = known.empty() ? 0 : known.back().number;
  kv::Batch batch(partition);
  const auto set = procedures_.current();
  const auto of_rule = [&](const std::string& rule) -> const OpenSuggestion* {
    const auto last = std::find_if(known.rbegin(), known.rend(), [&](const OpenSuggestion& each) {
      return each.stored.rule() == rule;
    });
    return last == known.rend() ? nullptr : &*last;
  };
  // What is under way already is not suggested.
  std::set<procedure::Purpose> under_way;
  ASSIGN_OR_RETURN(const auto cases, cases_.OfHousehold(household));
  for (const OpenCase& open : cases) {
    const auto* procedure = set->Find(open.stored.procedure(), open.stored.procedure_version());
    if (open.stored.outcome() == 0 && procedure != nullptr) under_way.insert(procedure->purpose);
  }
  int made = 0;
  for (const procedure::WatchRule& rule : set->watch()) {
    const OpenSuggestion* last = of_rule(rule.id);
    const bool open = last != nullptr && last->stored.state() == kSuggestionOpen;
    const auto match =
        Match(rule, facts, open ? ReferenceOf(last->stored.facts()) : std::nullopt, now);
    if (open) {
      store::StoredSuggestion next = last->stored;
      if (match) {
        if (score) next.set_division(score->division());
        *next.mutable_facts() = ToStored(facts, *match);
        next.set_fact_key(fact_key);
      } else {
        next.set_state(kSuggestionLapsed);
        next.set_settle_ms(absl::ToUnixMillis(now));
      }
      if (next.SerializeAsString() != last->stored.SerializeAsString()) {
        SuggestionStore::Fill(*last, std::move(next), &batch);
      }
      continue;
    }
    // What was answered comes back only when the facts have changed.
    const bool answered = last != nullptr && last->stored.state() != kSuggestionLapsed &&
                          last->stored.fact_key() == fact_key;
    const bool busy =
        std::any_of(rule.purposes.begin(), rule.purposes.end(),
                    [&](procedure::Purpose purpose) { return under_way.count(purpose) > 0; });
    if (!match || answered || busy) continue;
    OpenSuggestion fresh;
    fresh.household = household;
    fresh.number = ++number;
    store::StoredSuggestion stored;
    stored.set_rule(rule.id);
    stored.set_kind(static_cast<int>(rule.kind));
    stored.set_state(kSuggestionOpen);
    stored.set_create_ms(absl::ToUnixMillis(now));
    stored.set_name_zh(rule.name.zh);
    stored.set_name_en(rule.name.en);
    stored.set_text_zh(rule.text.zh);
    stored.set_text_en(rule.text.en);
    *stored.mutable_facts() = ToStored(facts, *match);
    if (score) stored.set_division(score->division());
    stored.set_fact_key(fact_key);
    SuggestionStore::Fill(fresh, std::move(stored), &batch);
    ++made;
  }
  // A rule that is gone watches nothing any more.
  for (const OpenSuggestion& each : known) {
    const bool gone = std::none_of(
        set->watch().begin(), set->watch().end(),
        [&](const procedure::WatchRule& rule) { return rule.id == each.stored.rule(); });
    if (!gone || each.stored.state() != kSuggestionOpen) continue;
    store::StoredSuggestion next = each.stored;
    next.set_state(kSuggestionLapsed);
    next.set_settle_ms(absl::ToUnixMillis(now));
    SuggestionStore::Fill(each, std::move(next), &batch);
  }
  if (mark) {
    batch.ExpectEquals(kWatchQueue, household, *mark);
    batch.Delete(kWatchQueue, household);
  }
  if (batch.keys() == 0) return absl::OkStatus();
  RETURN_IF_ERROR(kv_.Commit(batch));
  metrics_.suggestions.Increment(made);
  return absl::OkStatus();
}

}  // namespace fupin::identification
