// Compiles the scoring of an indicator into the two shapes the kernel knows.
#ifndef FUPIN_LIBS_CATALOG_SCORE_FUNCTION_H_
#define FUPIN_LIBS_CATALOG_SCORE_FUNCTION_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/catalog/catalog.h"

namespace fupin::catalog {

struct ScorePoint {
  float value;
  int32_t score;
};

// Straight lines between at least two points with ascending values; flat outside.
ScoreFunction LinearFunction(absl::Span<const ScorePoint> points);
// From each value on its score; the first value is ignored (minus infinity). At least one point,
// ascending from the second on.
ScoreFunction StepFunction(absl::Span<const ScorePoint> points);

// `total` split by `weights` (positive) so that the parts sum to it exactly: largest remainders get
// the rest, earlier ones first when equal.
std::vector<int32_t> Apportion(int32_t total, absl::Span<const int32_t> weights);

}  // namespace fupin::catalog

#endif  // FUPIN_LIBS_CATALOG_SCORE_FUNCTION_H_
