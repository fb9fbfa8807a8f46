// Every metric of identification, name and help.
#ifndef FUPIN_SERVICES_IDENTIFICATION_METRICS_H_
#define FUPIN_SERVICES_IDENTIFICATION_METRICS_H_

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
        pending(metrics.Gauge("fupin_identification_pending_households",
                              "Households waiting to be judged.")),
        score_seconds(metrics.Seconds("fupin_identification_score_duration_seconds",
                                      "Time to judge and store one group of households.")),
        refused_files(metrics.Gauge("fupin_identification_refused_files",
                                    "Faults in catalog and rule files that are not in force.")) {}

  prometheus::Counter& surveys;
  prometheus::Counter& scored;
  prometheus::Counter& changed;
  prometheus::Counter& failed;
  prometheus::Counter& parked;
  prometheus::Gauge& pending;
  prometheus::Histogram& score_seconds;
  prometheus::Gauge& refused_files;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_METRICS_H_
