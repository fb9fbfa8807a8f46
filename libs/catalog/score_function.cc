#include "libs/catalog/score_function.h"

#include <algorithm>
#include <numeric>

#include "libs/status/macros.h"

namespace fupin::catalog {
namespace {

void SetRange(absl::Span<const ScorePoint> points, ScoreFunction* function) {
  const auto less = [](const ScorePoint& a, const ScorePoint& b) { return a.score < b.score; };
  function->lowest = std::min_element(points.begin(), points.end(), less)->score;
  function->highest = std::max_element(points.begin(), points.end(), less)->score;
}

}  // namespace

ScoreFunction LinearFunction(absl::Span<const ScorePoint> points) {
  FUPIN_CHECK(points.size() >= 2);
  ScoreFunction function{.shape = ScoreFunction::Shape::kLinear};
  function.base = static_cast<float>(points[0].score);
  for (size_t i = 1; i < points.size(); ++i) {
    const float width = points[i].value - points[i - 1].value;
    const double slope = (points[i].score - points[i - 1].score) / static_cast<double>(width);
    if (slope != 0) {
      function.pieces.push_back({points[i - 1].value, width, static_cast<float>(slope)});
    }
  }
  SetRange(points, &function);
  return function;
}

ScoreFunction StepFunction(absl::Span<const ScorePoint> points) {
  FUPIN_CHECK(!points.empty());
  ScoreFunction function{.shape = ScoreFunction::Shape::kStep};
  function.base = static_cast<float>(points[0].score);
  for (size_t i = 1; i < points.size(); ++i) {
    const int32_t delta = points[i].score - points[i - 1].score;
    if (delta != 0) {
      function.pieces.push_back({points[i].value, 0, static_cast<float>(delta)});
    }
  }
  SetRange(points, &function);
  return function;
}

std::vector<int32_t> Apportion(int32_t total, absl::Span<const int32_t> weights) {
  const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
  FUPIN_CHECK(sum > 0);
  std::vector<int32_t> parts(weights.size());
  std::vector<int64_t> remainders(weights.size());
  int64_t given = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    const int64_t product = int64_t{total} * weights[i];
    parts[i] = static_cast<int32_t>(product / sum);
    remainders[i] = product % sum;
    given += parts[i];
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; given < total; ++i, ++given) ++parts[order[i]];
  return parts;
}

}  // namespace fupin::catalog
