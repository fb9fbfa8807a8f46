#include "services/gateway/http/rate_limiter.h"

#include <catch2/catch.hpp>

namespace fupin::gateway {
namespace {

TEST_CASE("F18 twice the rate may come at once, then the rate, each caller for itself") {
  RateLimiter limiter(10);
  const absl::Time start = absl::FromUnixSeconds(1'780'000'000);
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limiter.Allow("a", start) ? 1 : 0;
  CHECK(allowed == 20);
  CHECK(limiter.Allow("b", start));
  allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limiter.Allow("a", start + absl::Seconds(1)) ? 1 : 0;
  CHECK(allowed == 10);
  // A clock that is set back takes nothing away and gives nothing.
  CHECK_FALSE(limiter.Allow("a", start - absl::Hours(1)));
  // After a pause no more than a full bucket.
  allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limiter.Allow("a", start + absl::Hours(9)) ? 1 : 0;
  CHECK(allowed == 20);
}

}  // namespace
}  // namespace fupin::gateway
