// Tables and keys of identification.
//
//  Partition = the household's township (level set in the configuration), "h/<township>":
//   table        key                                value
//   households   household id                       StoredHousehold, the newest
//   surveys      household id + 0 + version (8)     StoredHousehold, every version
//   requests     request id                         StoredRequest
//   by_division  division + 0 + household id        ""
//   by_class     class (1) + division + 0 + id      ""
//   unlinked     household id                       version (8): its persons are not linked yet
//   scores       household id                       StoredScore, the newest
//   score_log    household id + 0 + version (8)     StoredScore, every version
//   values       household id                       value row, see values.h
//   findings     household id + 0 + finding id      StoredFinding
//   by_rule      rule + 0 + household id + 0 + finding id   "" (open findings)
//   totals       division                           StoredTotals
//   counters     "c"                                StoredCounters
//   fillings     household id                       StoredFillings
//   automation   catalog's source fingerprint (hex) StoredAutomation
//
//   cases        case id                            StoredCase
//   case_log     case id + 0 + number (8)           StoredCaseEvent
//   case_due     0 open, 1 ended (1) + due or end, ms (8) + case id   ""
//   case_counts  procedure + 0 + step + 0 + division                StoredCount
//   case_requests  request id                       StoredCaseRequest
//   household_cases  household id + 0 + case id     ""
//   register     household id                       StoredRegistration
//   notices      notice id                          StoredNotice
//   notices_live  end, ms (8) + notice id           ""
//   objections   objection id                       StoredObjection
//   blobs        blob id + number of the piece (4)  sealed bytes
//   watch_queue  household id                       8 bytes: raised at every reason to look at it
//   suggestions  household id + 0 + number (8)      StoredSuggestion
//   suggestions_open  creation, ms (8) + suggestion id   ""
//   changes      household id + 0 + version (8)     StoredChange, of versions made by one
//   transfers    from + 0 + to, household ids       StoredTransfer: has not arrived there yet
//
//  Partition = shard of a subject, "s/<2 hex>" (first byte of the subject):
//   facts        subject (16) + dataset + 0 + record (16)   StoredFact
//   links        subject (16) + household id        ""
//   case_links   subject (16)                       id of its newest case
//   queue        household id, or "@" + division    8 bytes: raised at every reason to score again
//   applied      epoch + 0 + producer partition     last sequence applied in this shard (8)
//
//  Partition "feed":
//   position     "p"                                StoredPosition, a lower bound
//   parked       producer partition + 0 + sequence  ParkedEvent
//
//  Partition "batches":
//   case_batches batch id                           StoredBatch
//
//  Partition "exit_tests":
//   exit_tests   test id                            StoredExitTest
//   exit_samples test id + 0 + number (4)           StoredSampled
//
//  seal_keys: see libs/process/sealing.h. Surveys, fields of facts, values of findings and payloads
//  of parked events are sealed (records.proto); keys, indexes, scores, values and counts name
//  persons and households by opaque ids only and are not.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_TABLES_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::identification {

inline constexpr char kHouseholds[] = "households";
inline constexpr char kSurveys[] = "surveys";
inline constexpr char kRequests[] = "requests";
inline constexpr char kByDivision[] = "by_division";
inline constexpr char kByClass[] = "by_class";
inline constexpr char kUnlinked[] = "unlinked";
inline constexpr char kScores[] = "scores";
inline constexpr char kScoreLog[] = "score_log";
inline constexpr char kValues[] = "values";
inline constexpr char kFindings[] = "findings";
inline constexpr char kByRule[] = "by_rule";
inline constexpr char kTotals[] = "totals";
inline constexpr char kCounters[] = "counters";
inline constexpr char kFillings[] = "fillings";
inline constexpr char kAutomation[] = "automation";
inline constexpr char kFacts[] = "facts";
inline constexpr char kLinks[] = "links";
inline constexpr char kQueue[] = "queue";
inline constexpr char kApplied[] = "applied";
inline constexpr char kPosition[] = "position";
inline constexpr char kParked[] = "parked";
inline constexpr char kCases[] = "cases";
inline constexpr char kCaseLog[] = "case_log";
inline constexpr char kCaseDue[] = "case_due";
inline constexpr char kCaseCounts[] = "case_counts";
inline constexpr char kCaseRequests[] = "case_requests";
inline constexpr char kHouseholdCases[] = "household_cases";
inline constexpr char kRegister[] = "register";
inline constexpr char kNotices[] = "notices";
inline constexpr char kNoticesLive[] = "notices_live";
inline constexpr char kObjections[] = "objections";
inline constexpr char kBlobs[] = "blobs";
inline constexpr char kCaseLinks[] = "case_links";
inline constexpr char kExitTests[] = "exit_tests";
inline constexpr char kExitSamples[] = "exit_samples";
inline constexpr char kChanges[] = "changes";
inline constexpr char kTransfers[] = "transfers";
inline constexpr char kWatchQueue[] = "watch_queue";
inline constexpr char kSuggestions[] = "suggestions";
inline constexpr char kSuggestionsOpen[] = "suggestions_open";
inline constexpr char kBatches[] = "case_batches";
inline constexpr char kFeedPartition[] = "feed";
inline constexpr char kBatchPartition[] = "batches";
inline constexpr char kExitPartition[] = "exit_tests";
// Types of the events identification writes.
inline constexpr char kHouseholdScored[] = "fupin.identification.v1.HouseholdScored";
inline constexpr char kCaseMoved[] = "fupin.identification.v1.CaseMoved";
inline constexpr char kHouseholdChanged[] = "fupin.identification.v1.HouseholdChanged";

// Of the stored values; raised when an older release could no longer read them. 2: sealed.
inline constexpr int kSchema = 2;

// Tables to open the store with, but for those of libs/process.
std::vector<std::string> Tables();

// Id of a household: "<township>-<24 hex>"; opaque to callers, tells us the partition.
std::string HouseholdPartition(absl::string_view household_id);
std::string TownshipPartition(absl::string_view township);
// "s/<2 hex>" of a 16-byte subject.
std::string SubjectPartition(absl::string_view subject);

std::string Joined(absl::string_view a, absl::string_view b);  // a + 0 + b
std::string Versioned(absl::string_view id, int64_t version);  // id + 0 + version
// Township code in "<township>-<rest>", the form of every id here.
std::string TownshipOf(absl::string_view id);
std::string ClassKey(int poverty_class, absl::string_view division, absl::string_view id);
std::string FactKey(absl::string_view subject, absl::string_view dataset, absl::string_view record);

// "households/<id>" <-> id. INVALID_ARGUMENT / HOUSEHOLD_NAME_INVALID.
std::string HouseholdName(absl::string_view id);
absl::StatusOr<std::string> ParseHouseholdName(absl::string_view name);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_TABLES_H_
