#include "services/identification/domain/scoring.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "libs/catalog/stable_hash.h"
#include "libs/status/macros.h"

// Two versions of the kernel in one binary, chosen when the program starts. Both do the same
// operations in the same order (no fused multiply-add: avx2 alone does not bring it), so the result
// is the same. Sanitizers cannot instrument the choice.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define FUPIN_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define FUPIN_CLONES
#endif

namespace fupin::identification {
namespace {

using catalog::ScoreFunction;

constexpr size_t kGroup = 4;  // pieces added in one pass over the column
constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <bool kLinear>
[[gnu::always_inline]] inline float ScoreOfPiece(ScoreFunction::Piece piece, float value) {
  if constexpr (!kLinear) return value >= piece.from ? piece.factor : 0.0f;
  float part = value - piece.from;
  part = part > 0.0f ? part : 0.0f;
  part = part < piece.width ? part : piece.width;
  return part * piece.factor;
}

// Adds one, two, three or four pieces to `score`, from left to right. The pieces are copied, so
// that writing scores cannot change them, and named, because a loop over them is not unrolled in
// time to be vectorised.
template <bool kLinear, size_t kCount>
[[gnu::always_inline]] inline void AddPieces(const ScoreFunction::Piece* pieces,
                                             const float* __restrict values, size_t count,
                                             float* __restrict score) {
  const ScoreFunction::Piece first = pieces[0];
  const ScoreFunction::Piece second = pieces[kCount > 1 ? 1 : 0];
  const ScoreFunction::Piece third = pieces[kCount > 2 ? 2 : 0];
  const ScoreFunction::Piece fourth = pieces[kCount > 3 ? 3 : 0];
  for (size_t h = 0; h < count; ++h) {
    const float value = values[h];
    float sum = score[h] + ScoreOfPiece<kLinear>(first, value);
    if constexpr (kCount > 1) sum += ScoreOfPiece<kLinear>(second, value);
    if constexpr (kCount > 2) sum += ScoreOfPiece<kLinear>(third, value);
    if constexpr (kCount > 3) sum += ScoreOfPiece<kLinear>(fourth, value);
    score[h] = sum;
  }
}

template <bool kLinear>
[[gnu::always_inline]] inline void AddAllPieces(const ScoreFunction& function, const float* values,
                                                size_t count, float* score) {
  const ScoreFunction::Piece* pieces = function.pieces.data();
  size_t left = function.pieces.size();
  for (; left >= kGroup; left -= kGroup, pieces += kGroup) {
    AddPieces<kLinear, kGroup>(pieces, values, count, score);
  }
  if (left == 3) AddPieces<kLinear, 3>(pieces, values, count, score);
  if (left == 2) AddPieces<kLinear, 2>(pieces, values, count, score);
  if (left == 1) AddPieces<kLinear, 1>(pieces, values, count, score);
}

// Scores of one column in centipoints, whatever the sentinels give.
[[gnu::always_inline]] inline void ScoreColumn(const ScoreFunction& function, const float* values,
                                               size_t count, float* __restrict score) {
  for (size_t h = 0; h < count; ++h) score[h] = function.base;
  if (function.shape == ScoreFunction::Shape::kLinear) {
    AddAllPieces<true>(function, values, count, score);
  } else {
    AddAllPieces<false>(function, values, count, score);
  }
}

[[gnu::always_inline]] inline int32_t Rounded(float score) {
  const int32_t rounded = static_cast<int32_t>(score + 0.5f);
  return rounded < 0 ? 0 : rounded > catalog::kMaxScore ? catalog::kMaxScore : rounded;
}

// Adds one scored column. A mask is -1 or 0, so that "and" selects.
[[gnu::always_inline]] inline void AddColumn(const catalog::Indicator& indicator,
                                             const float* __restrict values,
                                             const float* __restrict score, size_t count,
                                             BlockSums* __restrict sums) {
  const int32_t weight = indicator.weight_units;
  const int32_t lowest = weight * indicator.function.lowest;
  const int32_t highest = weight * indicator.function.highest;
  for (size_t h = 0; h < count; ++h) {
    const float value = values[h];
    const int32_t absent = -static_cast<int32_t>(value == -kInfinity);
    const int32_t applicable = -static_cast<int32_t>(value != kInfinity);
    const int32_t present = applicable & ~absent;
    const int32_t points = weight * Rounded(score[h]) & present;
    sums->weighted[h] += points;
    sums->present[h] += weight & present;
    sums->applicable[h] += weight & applicable;
    sums->low[h] += points + (lowest & absent);
    sums->high[h] += points + (highest & absent);
  }
  if (!indicator.required) return;
  for (size_t h = 0; h < count; ++h) sums->required_absent[h] += values[h] == -kInfinity;
}

// The sum divided by the weight, rounded half up.
fixed::CentiPoints Mean(int32_t sum, int32_t weight) {
  return {static_cast<int32_t>((2 * int64_t{sum} + weight) / (2 * int64_t{weight}))};
}

}  // namespace

// Per value: one load, four operations per straight line or two per step, ten to add up; the sums
// of 512 households (12 KiB) and one column (2 KiB) stay in the first-level cache.
FUPIN_CLONES void AccumulateBlock(const catalog::Catalog& catalog, const float* values,
                                  size_t stride, size_t count, BlockSums* sums) {
  FUPIN_CHECK(count <= kBlockHouseholds);
  alignas(64) float score[kBlockHouseholds];
  for (auto* column : {&sums->weighted, &sums->present, &sums->applicable, &sums->low, &sums->high,
                       &sums->required_absent}) {
    std::fill_n(column->begin(), count, 0);
  }
  for (size_t i = 0; i < catalog.indicators.size(); ++i) {
    const catalog::Indicator& indicator = catalog.indicators[i];
    const float* column = values + i * stride;
    ScoreColumn(indicator.function, column, count, score);
    AddColumn(indicator, column, score, count, sums);
  }
}

PovertyClass ClassOf(const catalog::Catalog& catalog, fixed::CentiPoints index) {
  const int32_t well_being = catalog.direction == catalog::Direction::kLowIsPoor
                                 ? index.units
                                 : catalog::kMaxScore - index.units;
  if (well_being < catalog.poor_below) return PovertyClass::kPoor;
  if (well_being > catalog.stable_above) return PovertyClass::kStable;
  return PovertyClass::kPossiblyPoor;
}

Score ScoreOf(const catalog::Catalog& catalog, const BlockSums& sums, size_t h) {
  Score score;
  const int32_t present = sums.present[h];
  const int32_t applicable = sums.applicable[h];
  if (applicable == 0) return score;
  score.low = Mean(sums.low[h], applicable);
  score.high = Mean(sums.high[h], applicable);
  score.completeness_permille = static_cast<int32_t>(int64_t{1000} * present / applicable);
  if (present == 0) return score;
  score.index = Mean(sums.weighted[h], present);
  const bool complete =
      int64_t{1000} * present >= int64_t{catalog.min_completeness_permille} * applicable;
  if (sums.required_absent[h] > 0 || !complete) return score;
  score.poverty_class = ClassOf(catalog, score.index);
  score.class_certain = ClassOf(catalog, score.low) == score.poverty_class &&
                        ClassOf(catalog, score.high) == score.poverty_class;
  return score;
}

void ScoreBlock(const catalog::Catalog& catalog, const float* values, size_t stride, size_t count,
                Score* scores) {
  BlockSums sums;
  AccumulateBlock(catalog, values, stride, count, &sums);
  for (size_t h = 0; h < count; ++h) scores[h] = ScoreOf(catalog, sums, h);
}

Score ScoreHousehold(const catalog::Catalog& catalog, absl::Span<const float> values) {
  FUPIN_CHECK(values.size() == catalog.indicators.size());
  Score score;
  ScoreBlock(catalog, values.data(), 1, 1, &score);
  return score;
}

std::vector<Contribution> Explain(const catalog::Catalog& catalog, absl::Span<const float> values) {
  FUPIN_CHECK(values.size() == catalog.indicators.size());
  const bool low_is_poor = catalog.direction == catalog::Direction::kLowIsPoor;
  std::vector<Contribution> contributions;
  int64_t present = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const catalog::Indicator& indicator = catalog.indicators[i];
    Contribution contribution{.indicator = static_cast<int>(i),
                              .value = values[i],
                              .present = values[i] > -kInfinity && values[i] < kInfinity,
                              .weight_units = indicator.weight_units};
    if (contribution.present) {
      float score = 0;
      ScoreColumn(indicator.function, &values[i], 1, &score);
      contribution.score_centipoints = Rounded(score);
      present += indicator.weight_units;
    }
    contributions.push_back(contribution);
  }
  for (Contribution& contribution : contributions) {
    if (!contribution.present) continue;
    const int64_t lost = low_is_poor ? catalog::kMaxScore - contribution.score_centipoints
                                     : contribution.score_centipoints;
    // A centipoint is 10,000 millionths of a point.
    contribution.points_lost_micro =
        (2 * lost * contribution.weight_units * 10'000 + present) / (2 * present);
  }
  std::stable_sort(contributions.begin(), contributions.end(),
                   [](const Contribution& a, const Contribution& b) {
                     return a.points_lost_micro > b.points_lost_micro;
                   });
  return contributions;
}

uint64_t InputHash(const catalog::Catalog& catalog, absl::Span<const float> values) {
  catalog::StableHash hash;
  hash.Add(catalog.fingerprint);
  for (float value : values) {
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    hash.Add(bits);
  }
  return hash.value();
}

}  // namespace fupin::identification
