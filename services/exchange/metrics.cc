#include "services/exchange/metrics.h"

namespace fupin::exchange {
namespace {

const char* Name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNew:
      return "accepted_new";
    case Outcome::kChange:
      return "accepted_change";
    case Outcome::kUnchanged:
      return "unchanged";
    case Outcome::kRejected:
      return "rejected";
  }
  return "unknown";
}

}  // namespace

ExchangeMetrics::ExchangeMetrics(metrics::Metrics& metrics)
    : busy(metrics.Counter("fupin_exchange_busy_total",
                           "Batches refused because too many records were waiting.")),
      held(metrics.Counter(
          "fupin_exchange_held_total",
          "Batches whose sender was held back because too many records were waiting.")),
      queued(metrics.Gauge("fupin_exchange_queued_records", "Records waiting for the committer.")),
      group_seconds(metrics.Seconds("fupin_exchange_commit_seconds",
                                    "Time to decide and sync one group of batches.")),
      refused_contracts(metrics.Gauge("fupin_exchange_refused_contracts",
                                      "Contracts in the folder that were refused.")),
      metrics_(metrics) {}

void ExchangeMetrics::Verdict(const std::string& dataset, const std::string& department,
                              Outcome outcome) {
  absl::MutexLock lock(&mutex_);
  prometheus::Counter*& counter = verdicts_[{dataset, outcome}];
  if (counter == nullptr) {
    counter = &metrics_.Counter(
        "fupin_exchange_records_total", "Records pushed, by department, dataset and verdict.",
        {{"department", department}, {"dataset", dataset}, {"verdict", Name(outcome)}});
  }
  counter->Increment();
}

void ExchangeMetrics::Rejected(const std::string& reason) {
  absl::MutexLock lock(&mutex_);
  prometheus::Counter*& counter = reasons_[reason];
  if (counter == nullptr) {
    counter = &metrics_.Counter("fupin_exchange_rejections_total",
                                "Problems of rejected records, by reason.", {{"reason", reason}});
  }
  counter->Increment();
}

void ExchangeMetrics::Lag(const std::string& dataset, absl::Duration lag) {
  absl::MutexLock lock(&mutex_);
  prometheus::Histogram*& histogram = lags_[dataset];
  if (histogram == nullptr) {
    static const prometheus::Histogram::BucketBoundaries kBuckets = {
        1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400, 90 * 86400, 365 * 86400};
    histogram = &prometheus::BuildHistogram()
                     .Name("fupin_exchange_lag_seconds")
                     .Help("From the business time of an accepted record to its receipt.")
                     .Register(*metrics_.registry())
                     .Add({{"dataset", dataset}}, kBuckets);
  }
  histogram->Observe(absl::ToDoubleSeconds(lag));
}

void ExchangeMetrics::Newest(const std::string& dataset,
                             const store::StoredStatistics& statistics) {
  absl::MutexLock lock(&mutex_);
  auto [entry, added] = newest_.try_emplace(dataset);
  if (added) {
    entry->second = {
        &metrics_.Gauge("fupin_exchange_newest_business_timestamp_seconds",
                        "Business time of the newest accepted record.", {{"dataset", dataset}}),
        &metrics_.Gauge("fupin_exchange_newest_receive_timestamp_seconds",
                        "When the newest accepted record came.", {{"dataset", dataset}}),
        &metrics_.Gauge("fupin_exchange_automatic_ratio",
                        "Share of accepted records collected automatically (0-1).",
                        {{"dataset", dataset}})};
  }
  entry->second.newest_business->Set(static_cast<double>(statistics.newest_business_time_ms()) /
                                     1000);
  entry->second.newest_receive->Set(static_cast<double>(statistics.newest_receive_time_ms()) /
                                    1000);
  const double all = static_cast<double>(statistics.automatic() + statistics.manual());
  entry->second.automatic_share->Set(all > 0 ? static_cast<double>(statistics.automatic()) / all
                                             : 0);
}

}  // namespace fupin::exchange
