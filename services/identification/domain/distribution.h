// Weighted statistics of one value over all households, as published poverty reports give them.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_DISTRIBUTION_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_DISTRIBUTION_H_

#include <array>
#include <cstdint>
#include <vector>

namespace fupin::identification {

struct Observation {
  double value = 0;
  double weight = 1;
  int poverty_class = 0;  // PovertyClass number
};

// One class, split at the line.
struct ClassSplit {
  int64_t at_risk_households = 0;
  int64_t other_households = 0;
  double at_risk_weight = 0;
  double other_weight = 0;
};

struct Distribution {
  int64_t households = 0;
  double weight_sum = 0;
  double median = 0;                  // weighted
  double line = 0;                    // share of the median: at risk of poverty below it
  double at_risk_rate = 0;            // weighted share below the line, 0..1
  double gini = 0;                    // 0..1
  double s80_s20 = 0;                 // income of the richest fifth over that of the poorest
  double relative_median_gap = 0;     // of those below the line, 0..1
  std::array<ClassSplit, 5> classes;  // by PovertyClass number
};

// Smallest value at which the weights add up to `share` of their sum; the mean of two neighbours
// when they do so exactly. `sorted` by value, not empty.
double WeightedQuantile(const std::vector<Observation>& sorted, double share);

// `line_share`: the line as a share of the median, e.g. 0.6.
Distribution Distribute(std::vector<Observation> observations, double line_share);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_DISTRIBUTION_H_
