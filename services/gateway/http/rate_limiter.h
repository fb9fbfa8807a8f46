// How many requests a second one caller may make.
#ifndef FUPIN_SERVICES_GATEWAY_HTTP_RATE_LIMITER_H_
#define FUPIN_SERVICES_GATEWAY_HTTP_RATE_LIMITER_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace fupin::gateway {

// A bucket per caller that fills at `per_second` and holds twice that. Safe for concurrent use.
class RateLimiter {
 public:
  explicit RateLimiter(int per_second) : per_second_(per_second) {}

  // False: too many, ask again in a second.
  bool Allow(const std::string& caller, absl::Time now);

 private:
  struct Bucket {
    double tokens;
    absl::Time filled;
  };
  // Buckets that are full again need not be remembered.
  void Forget(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const double per_second_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
  absl::Time forgot_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_HTTP_RATE_LIMITER_H_
