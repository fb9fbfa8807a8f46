#include "services/gateway/http/rate_limiter.h"

#include <algorithm>

namespace fupin::gateway {
namespace {

constexpr double kBurstSeconds = 2;

}  // namespace

bool RateLimiter::Allow(const std::string& caller, absl::Time now) {
  const double most = per_second_ * kBurstSeconds;
  absl::MutexLock lock(&mutex_);
  Forget(now);
  Bucket& bucket = buckets_.try_emplace(caller, Bucket{most, now}).first->second;
  const double seconds = absl::ToDoubleSeconds(now - bucket.filled);
  bucket.tokens = std::min(most, bucket.tokens + std::max(0.0, seconds) * per_second_);
  bucket.filled = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void RateLimiter::Forget(absl::Time now) {
  const absl::Duration full = absl::Seconds(kBurstSeconds);
  if (now - forgot_ < full) return;
  forgot_ = now;
  absl::erase_if(buckets_, [&](const auto& entry) { return now - entry.second.filled >= full; });
}

}  // namespace fupin::gateway
