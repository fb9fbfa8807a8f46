#include "services/exchange/domain/verdict.h"

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

}  // namespace
}  // namespace fupin::exchange
