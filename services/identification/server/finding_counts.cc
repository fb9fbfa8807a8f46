#include "services/identification/server/finding_counts.h"

#include <functional>

#include "absl/strings/string_view.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr int kRows = 500;

// Every row whose key begins with `prefix`.
absl::Status ForEach(const kv::Store& kv, const std::string& table, const std::string& partition,
                     const std::string& prefix,
                     const std::function<absl::Status(const kv::Row& row)>& take) {
  std::string begin = prefix;
  while (true) {
    ASSIGN_OR_RETURN(const kv::Page page,
                     kv.Scan(table, partition, begin, kv::PrefixEnd(prefix), kRows));
    for (const kv::Row& row : page.rows) RETURN_IF_ERROR(take(row));
    if (page.next.empty()) return absl::OkStatus();
    begin = page.next;
  }
}

}  // namespace

void AddTo(CountsByRule& sum, const store::StoredCounters& part) {
  for (const auto& [rule, counts] : part.rules()) {
    store::RuleCounts& all = sum[rule];
    all.set_open(all.open() + counts.open());
    all.set_resolved(all.resolved() + counts.resolved());
    all.set_cleared(all.cleared() + counts.cleared());
  }
}

void DescribeRules(const CountsByRule& counts, const Known& known,
                   google::protobuf::RepeatedPtrField<v1::RuleTotal>* out) {
  for (const auto& [code, count] : counts) {
    // All that had findings by this rule have left.
    if (count.open() == 0 && count.resolved() == 0 && count.cleared() == 0) continue;
    v1::RuleTotal* rule = out->Add();
    rule->set_rule(code);
    if (const catalog::CrossCheckRule* described = known.rules->Find(code)) {
      rule->set_name_zh(described->name_zh);
      rule->set_name_en(described->name_en);
      rule->set_kind(static_cast<catalog::v1::FindingKind>(described->kind));
    }
    rule->set_open_count(count.open());
    rule->set_resolved_count(count.resolved());
    rule->set_cleared_count(count.cleared());
  }
}

absl::StatusOr<CountsByRule> FindingCounts::OfTownships(const division::Division& division) const {
  CountsByRule sum;
  for (const division::Division& part : division.subtree()) {
    if (part.level() != partition_level_) continue;
    ASSIGN_OR_RETURN(const auto counters, scores_.Counters(std::string(part.code())));
    AddTo(sum, counters);
  }
  return sum;
}

absl::StatusOr<CountsByRule> FindingCounts::OfHouseholds(const division::Division& division,
                                                         const std::string& partition) const {
  CountsByRule sum;
  const auto add = [&](const kv::Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredFinding>(row.value));
    store::RuleCounts& rule = sum[stored.finding().rule()];
    switch (stored.finding().state()) {
      case v1::FINDING_STATE_OPEN:
        rule.set_open(rule.open() + 1);
        break;
      case v1::FINDING_STATE_RESOLVED:
        rule.set_resolved(rule.resolved() + 1);
        break;
      case v1::FINDING_STATE_CLEARED:
        rule.set_cleared(rule.cleared() + 1);
        break;
      default:
        break;
    }
    return absl::OkStatus();
  };
  for (const division::Division& part : division.subtree()) {
    const std::string place = Joined(part.code(), "");
    RETURN_IF_ERROR(ForEach(kv_, kByDivision, partition, place, [&](const kv::Row& row) {
      return ForEach(kv_, kFindings, partition, Joined(row.key.substr(place.size()), ""), add);
    }));
  }
  return sum;
}

absl::StatusOr<v1::FindingCounts> FindingCounts::Count(const std::string& code) const {
  const auto division = divisions_->Find(code);
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  const auto township = division->AncestorAt(partition_level_);
  const bool whole = !township || township->code() == division->code();
  ASSIGN_OR_RETURN(const CountsByRule counts,
                   whole ? OfTownships(*division)
                         : OfHouseholds(*division, TownshipPartition(township->code())));
  v1::FindingCounts out;
  out.set_division(code);
  DescribeRules(counts, *knowledge_.current(), out.mutable_rules());
  return out;
}

}  // namespace fupin::identification
