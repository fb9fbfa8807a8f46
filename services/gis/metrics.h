// Every metric of the map, name and help.
#ifndef FUPIN_SERVICES_GIS_METRICS_H_
#define FUPIN_SERVICES_GIS_METRICS_H_

#include "libs/metrics/metrics.h"

namespace fupin::gis {

struct GisMetrics {
  explicit GisMetrics(metrics::Metrics& metrics)
      : applied(metrics.Counter("fupin_gis_scores_total", "Scores taken up from the feed.")),
        unplaced(metrics.Counter("fupin_gis_unplaced_scores_total",
                                 "Scores of places that are not in the division files.")),
        resets(metrics.Counter(
            "fupin_gis_resets_total",
            "Times everything was counted anew because the feed's store was restored.")),
        reloads(metrics.Counter("fupin_gis_reloads_total",
                                "Times the sums in memory were read again from the store.")) {}

  prometheus::Counter& applied;
  prometheus::Counter& unplaced;
  prometheus::Counter& resets;
  prometheus::Counter& reloads;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_METRICS_H_
