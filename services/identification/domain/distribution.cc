#include "services/identification/domain/distribution.h"

#include <algorithm>
#include <cmath>

namespace fupin::identification {

double WeightedQuantile(const std::vector<Observation>& sorted, double share) {
  double sum = 0;
  for (const Observation& o : sorted) sum += o.weight;
  double cumulated = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    cumulated += sorted[i].weight;
    const double reached = cumulated / sum;
    if (std::fabs(reached - share) < 1e-12 && i + 1 < sorted.size()) {
      return (sorted[i].value + sorted[i + 1].value) / 2;
    }
    if (reached > share) return sorted[i].value;
  }
  return sorted.back().value;
}

Distribution Distribute(std::vector<Observation> observations, double line_share) {
  Distribution out;
  std::stable_sort(observations.begin(), observations.end(),
                   [](const Observation& a, const Observation& b) { return a.value < b.value; });
  out.households = static_cast<int64_t>(observations.size());
  for (const Observation& o : observations) out.weight_sum += o.weight;
  if (out.weight_sum <= 0) return out;
  out.median = WeightedQuantile(observations, 0.5);
  out.line = line_share * out.median;

  const double low_fifth = WeightedQuantile(observations, 0.2);
  const double high_fifth = WeightedQuantile(observations, 0.8);
  double below = 0;
  double top = 0;
  double bottom = 0;
  double total = 0;
  double cumulated = 0;
  double gini_sum = 0;
  std::vector<Observation> poor;
  for (const Observation& o : observations) {
    const bool at_risk = o.value < out.line;
    if (at_risk) {
      below += o.weight;
      poor.push_back(o);
    }
    const auto index = static_cast<size_t>(std::clamp(o.poverty_class, 0, 4));
    ClassSplit& split = out.classes[index];
    (at_risk ? split.at_risk_households : split.other_households) += 1;
    (at_risk ? split.at_risk_weight : split.other_weight) += o.weight;
    if (o.value > high_fifth) top += o.weight * o.value;
    if (o.value <= low_fifth) bottom += o.weight * o.value;
    cumulated += o.weight;
    gini_sum += 2 * o.weight * o.value * cumulated - o.weight * o.weight * o.value;
    total += o.weight * o.value;
  }
  out.at_risk_rate = below / out.weight_sum;
  if (total > 0) out.gini = gini_sum / (out.weight_sum * total) - 1;
  if (bottom > 0) out.s80_s20 = top / bottom;
  if (!poor.empty() && out.line > 0) {
    out.relative_median_gap = (out.line - WeightedQuantile(poor, 0.5)) / out.line;
  }
  return out;
}

}  // namespace fupin::identification
