#include "services/exchange/domain/verdict.h"

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace fupin::exchange {
namespace {

TEST_CASE("EX-1 a record is new, changed, unchanged or late by its source version", "[domain]") {
  const Head head{.source_version = 5, .content_hash = "a", .first = Outcome::kNew};
  CHECK(Decide(std::nullopt, 1, "a").outcome == Outcome::kNew);

  const Decision change = Decide(head, 6, "b");
  CHECK(change.outcome == Outcome::kChange);
  CHECK(change.store);

  const Decision late = Decide(head, 4, "b");
  CHECK(late.outcome == Outcome::kUnchanged);
  CHECK(late.superseded);
  CHECK_FALSE(late.store);

  const Decision repeated = Decide(head, 5, "a");
  CHECK(repeated.outcome == Outcome::kNew);
  CHECK(repeated.repeated);
  CHECK_FALSE(repeated.store);
}

TEST_CASE("I18 the same version with other content is a conflict", "[domain]") {
  const Head head{.source_version = 5, .content_hash = "a", .first = Outcome::kNew};
  const Decision decision = Decide(head, 5, "b");
  CHECK(decision.outcome == Outcome::kRejected);
  CHECK(decision.conflict);
  CHECK_FALSE(decision.store);
}

TEST_CASE("EX-1 a newer version with the same content moves the version, not the content",
          "[domain]") {
  const Head head{.source_version = 5, .content_hash = "a", .first = Outcome::kChange};
  const Decision decision = Decide(head, 9, "a");
  CHECK(decision.outcome == Outcome::kUnchanged);
  CHECK(decision.store);
}

TEST_CASE("F24 order and repetition of versions never change what is stored", "[domain]") {
  for (uint32_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    // Versions 1..n of one record, each with its content, some of equal content.
    const int n = 1 + static_cast<int>(random() % 8);
    std::map<int64_t, std::string> contents;
    for (int v = 1; v <= n; ++v)
      contents[v] = std::string(1, static_cast<char>('a' + random() % 3));
    std::vector<int64_t> arrivals;
    for (int i = 0; i < 30; ++i) arrivals.push_back(1 + static_cast<int64_t>(random() % n));
    std::optional<Head> stored;
    int64_t highest = 0;
    std::map<int64_t, Outcome> first;
    for (const int64_t version : arrivals) {
      const Decision decision = Decide(stored, version, contents[version]);
      REQUIRE_FALSE(decision.conflict);
      REQUIRE(decision.store == (version > highest));
      if (decision.store) {
        stored = Head{version, contents[version], decision.outcome};
        first[version] = decision.outcome;
        highest = version;
      } else if (version == highest) {
        REQUIRE(decision.outcome == first[version]);
        REQUIRE(decision.repeated);
      }
      REQUIRE(stored->source_version == highest);
      REQUIRE(stored->content_hash == contents[highest]);
    }
  }
}

}  // namespace
}  // namespace fupin::exchange
