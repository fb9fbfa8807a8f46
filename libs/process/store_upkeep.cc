#include "libs/process/store_upkeep.h"

#include "libs/log/log.h"
#include "libs/status/status.h"

namespace fupin::process {
namespace {

constexpr int kTrimEvery = 30;

}  // namespace

StoreUpkeep::StoreUpkeep(kv::Store& store, outbox::Outbox& outbox, metrics::Metrics& metrics,
                         absl::Duration retention)
    : store_(store),
      outbox_(outbox),
      retention_(retention),
      backlog_(metrics.Gauge("fupin_outbox_backlog_events",
                             "Events the slowest consumer has not confirmed.")),
      live_bytes_(metrics.Gauge("fupin_store_live_bytes", "Estimated size of the live data.")),
      disk_free_(metrics.Gauge("fupin_store_disk_free_bytes", "Free bytes of the store's disk.")) {}

void StoreUpkeep::Round() {
  backlog_.Set(static_cast<double>(outbox_.Backlog()));
  const kv::StoreStats stats = store_.Stats();
  live_bytes_.Set(static_cast<double>(stats.live_bytes));
  disk_free_.Set(static_cast<double>(stats.disk_free_bytes));
  if (++round_ % kTrimEvery != 0) return;
  if (auto dropped = outbox_.Trim(retention_); !dropped.ok()) {
    log::Warning("feed not trimmed", {{"reason", ReasonOf(dropped.status())}});
  }
}

}  // namespace fupin::process
