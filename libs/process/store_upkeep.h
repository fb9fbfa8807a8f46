// The store of a service: opened from its settings, watched, trimmed.
#ifndef FUPIN_LIBS_PROCESS_STORE_UPKEEP_H_
#define FUPIN_LIBS_PROCESS_STORE_UPKEEP_H_

#include "absl/time/time.h"
#include "libs/kv/store.h"
#include "libs/metrics/metrics.h"
#include "libs/outbox/outbox.h"

namespace fupin::process {

// Reports the size of store and feed, and trims the feed now and then. Call once a second, from one
// thread.
class StoreUpkeep {
 public:
  StoreUpkeep(kv::Store& store, outbox::Outbox& outbox, metrics::Metrics& metrics,
              absl::Duration retention);
  void Round();

 private:
  kv::Store& store_;
  outbox::Outbox& outbox_;
  const absl::Duration retention_;
  prometheus::Gauge& backlog_;
  prometheus::Gauge& live_bytes_;
  prometheus::Gauge& disk_free_;
  int round_ = 0;
};

}  // namespace fupin::process

#endif  // FUPIN_LIBS_PROCESS_STORE_UPKEEP_H_
