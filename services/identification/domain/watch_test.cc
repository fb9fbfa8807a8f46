#include "services/identification/domain/watch.h"

#include <catch2/catch.hpp>

namespace fupin::identification {
namespace {

absl::Time At(int year, int month, int day) {
  return absl::FromCivil(absl::CivilDay(year, month, day), absl::FixedTimeZone(8 * 60 * 60));
}

WatchScore Scored(absl::Time time, int32_t index) {
  return {time, index, index < 6000 ? 1 : index <= 8000 ? 2 : 3};
}

procedure::WatchRule Rule(std::vector<procedure::WatchCondition> conditions) {
  procedure::WatchRule rule;
  rule.from_statuses = {"exited", "none"};
  rule.conditions = std::move(conditions);
  return rule;
}

WatchFacts Exited(std::vector<WatchScore> newest_first) {
  WatchFacts facts;
  facts.status = "exited";
  facts.status_version = 2;
  facts.scores = std::move(newest_first);
  return facts;
}

TEST_CASE("ID-10 a fall of the class is seen against the best of the months, not only the last") {
  const auto rule = Rule({procedure::ClassFell{12}});
  const absl::Time now = At(2026, 12, 1);
  // 85, 79, 70: the step from stable to possibly poor lies two scores back.
  const auto facts = Exited(
      {Scored(At(2026, 11, 1), 7000), Scored(At(2026, 10, 1), 7900), Scored(At(2026, 1, 5), 8500)});
  const auto match = Match(rule, facts, std::nullopt, now);
  REQUIRE(match);
  CHECK(match->reference->index_centipoints == 8500);
  CHECK(match->reference->poverty_class == 3);
  // In force when the months began counts, what was before that does not.
  CHECK(Match(rule, facts, std::nullopt, At(2027, 9, 30)));
  CHECK_FALSE(Match(rule, facts, std::nullopt, At(2027, 10, 1)));
  // An open suggestion keeps what it was compared with until the class is back.
  CHECK(Match(rule, facts, match->reference, At(2028, 10, 1)));
  auto back = facts;
  back.scores.insert(back.scores.begin(), Scored(At(2028, 9, 1), 8100));
  CHECK_FALSE(Match(rule, back, match->reference, At(2028, 10, 1)));
}

TEST_CASE("ID-10 a rule is about its statuses, and about nothing without a score") {
  const auto rule = Rule({procedure::ClassIn{{1}}});
  const absl::Time now = At(2026, 12, 1);
  auto facts = Exited({Scored(now, 5999)});
  CHECK(Match(rule, facts, std::nullopt, now));
  facts.status = "registered";
  CHECK_FALSE(Match(rule, facts, std::nullopt, now));
  CHECK_FALSE(Match(rule, Exited({}), std::nullopt, now));
  CHECK_FALSE(Match(rule, Exited({{now, 0, 4}}), std::nullopt, now));
}

TEST_CASE("ID-10 a drop, a range, months and findings are weighed at their edges") {
  const absl::Time now = At(2026, 12, 1);
  const auto facts = Exited({Scored(At(2026, 11, 1), 6500), Scored(At(2026, 5, 1), 8500)});
  CHECK(Match(Rule({procedure::IndexDrop{2000, 12}}), facts, std::nullopt, now));
  CHECK_FALSE(Match(Rule({procedure::IndexDrop{2001, 12}}), facts, std::nullopt, now));
  CHECK(Match(Rule({procedure::IndexRange{6500, 6501}}), facts, std::nullopt, now));
  CHECK_FALSE(Match(Rule({procedure::IndexRange{6000, 6500}}), facts, std::nullopt, now));
  CHECK(Match(Rule({procedure::StableIncome{6, 6000}}), facts, std::nullopt, now));
  CHECK_FALSE(Match(Rule({procedure::StableIncome{6, 6501}}), facts, std::nullopt, now));
  CHECK_FALSE(Match(Rule({procedure::StableIncome{8, 6000}}), facts, std::nullopt, now));
  auto warned = facts;
  warned.open_findings[2].insert("X005-0");
  CHECK(Match(Rule({procedure::NoOpenFinding{3}}), warned, std::nullopt, now));
  CHECK_FALSE(Match(Rule({procedure::NoOpenFinding{2}}), warned, std::nullopt, now));
  CHECK(Match(Rule({procedure::OpenFinding{2}}), warned, std::nullopt, now));
}

TEST_CASE(
    "ID-10 facts are new when status, class, index or findings are, not when time has passed") {
  auto facts = Exited({Scored(At(2026, 11, 1), 6500)});
  const std::string key = FactKey(facts);
  auto later = facts;
  later.scores.insert(later.scores.begin(), Scored(At(2026, 12, 1), 6500));
  CHECK(FactKey(later) == key);
  later.scores.front().index_centipoints = 6499;
  CHECK(FactKey(later) != key);
  auto other = facts;
  other.status_version = 3;
  CHECK(FactKey(other) != key);
  other = facts;
  other.open_findings[3].insert("X051-0");
  CHECK(FactKey(other) != key);
}

}  // namespace
}  // namespace fupin::identification
