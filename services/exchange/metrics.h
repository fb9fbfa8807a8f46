// Every metric of the exchange, name and help.
#ifndef FUPIN_SERVICES_EXCHANGE_METRICS_H_
#define FUPIN_SERVICES_EXCHANGE_METRICS_H_

#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/metrics/metrics.h"
#include "services/exchange/domain/verdict.h"
#include "services/exchange/store/records.pb.h"

namespace fupin::exchange {

// Safe for concurrent use. Labels are datasets, departments, verdicts and reasons: all of them
// stand in contracts or tables.
class ExchangeMetrics {
 public:
  explicit ExchangeMetrics(metrics::Metrics& metrics);

  void Verdict(const std::string& dataset, const std::string& department, Outcome outcome);
  void Rejected(const std::string& reason);
  void Lag(const std::string& dataset, absl::Duration lag);
  void Newest(const std::string& dataset, const store::StoredStatistics& statistics);

  prometheus::Counter& busy;
  prometheus::Counter& held;
  prometheus::Gauge& queued;
  prometheus::Histogram& group_seconds;
  prometheus::Gauge& refused_contracts;

 private:
  metrics::Metrics& metrics_;
  absl::Mutex mutex_;
  std::map<std::pair<std::string, Outcome>, prometheus::Counter*> verdicts_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, prometheus::Counter*> reasons_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, prometheus::Histogram*> lags_ ABSL_GUARDED_BY(mutex_);
  struct DatasetGauges {
    prometheus::Gauge* newest_business;
    prometheus::Gauge* newest_receive;
    prometheus::Gauge* automatic_share;
  };
  std::map<std::string, DatasetGauges> newest_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_METRICS_H_
