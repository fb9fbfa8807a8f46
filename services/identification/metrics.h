// Every metric of identification, name and help.
#ifndef FUPIN_SERVICES_IDENTIFICATION_METRICS_H_
#define FUPIN_SERVICES_IDENTIFICATION_METRICS_H_

#include <string>

#include "libs/metrics/metrics.h"

namespace fupin::identification {

struct IdentificationMetrics {
  explicit IdentificationMetrics(metrics::Metrics& metrics)
      : surveys(metrics.Counter("fupin_identification_surveys_total", "Surveys stored.")),
        scored(metrics.Counter("fupin_identification_scored_total", "Households judged.")),
        changed(metrics.Counter("fupin_identification_changed_total",
                                "Households whose score or findings changed.")),
        failed(metrics.Counter("fupin_identification_score_failures_total",
                               "Households that could not be judged.")),
        parked(metrics.Counter("fupin_identification_parked_events_total",
                               "Events set aside because they could not be applied.")),
        suggestions(metrics.Counter("fupin_identification_suggestions_total",
                                    "Suggestions the register's watching made.")),
        pending(metrics.Gauge("fupin_identification_pending_households",
                              "Households waiting to be judged.")),
        score_seconds(metrics.Seconds("fupin_identification_score_duration_seconds",
                                      "Time to judge and store one group of households.")),
        refused_files(metrics.Gauge("fupin_identification_refused_files",
                                    "Faults in catalog and rule files that are not in force.")),
        automatic_values(Values(metrics, "automatic")),
        manual_values(Values(metrics, "manual")),
        absent_values(Values(metrics, "absent")),
        metrics_(metrics) {}

  // What one dataset gives: share of households it has a record about (0-1), mean age of the
  // records that values rest on.
  void Dataset(const std::string& dataset, const std::string& department, double coverage,
               double mean_age_seconds) {
    const metrics::Labels labels = {{"dataset", dataset}, {"department", department}};
    metrics_
        .Gauge("fupin_identification_dataset_coverage_ratio",
               "Share of households a dataset has a record about (0-1).", labels)
        .Set(coverage);
    metrics_
        .Gauge("fupin_identification_dataset_mean_age_seconds",
               "Mean age of the records that indicator values rest on.", labels)
        .Set(mean_age_seconds);
  }

  prometheus::Counter& surveys;
  prometheus::Counter& scored;
  prometheus::Counter& changed;
  prometheus::Counter& failed;
  prometheus::Counter& parked;
  prometheus::Counter& suggestions;
  prometheus::Gauge& pending;
  prometheus::Histogram& score_seconds;
  prometheus::Gauge& refused_files;
  prometheus::Gauge& automatic_values;
  prometheus::Gauge& manual_values;
  prometheus::Gauge& absent_values;

 private:
  static prometheus::Gauge& Values(metrics::Metrics& metrics, const std::string& filling) {
    return metrics.Gauge("fupin_identification_values",
                         "Values of indicators over all households, by the way they came in.",
                         {{"filling", filling}});
  }

  metrics::Metrics& metrics_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_METRICS_H_
