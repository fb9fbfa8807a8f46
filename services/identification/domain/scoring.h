// The poverty-exit index (脱贫指数, ID-6, ID-7): integer sums over float32 values. One kernel
// serves one household, a block of 512, the province and what-if; the same bytes come out on every
// machine.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_SCORING_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_SCORING_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/catalog/catalog.h"
#include "libs/fixed/fixed.h"

namespace fupin::identification {

// Values on disk: do not renumber.
enum class PovertyClass { kPoor = 1, kPossiblyPoor = 2, kStable = 3, kNotScorable = 4 };

// Index, class and how sure. Weighted mean of the present values, rounded half up to 0.01.
struct Score {
  fixed::CentiPoints index;  // 0 when nothing is present
  PovertyClass poverty_class = PovertyClass::kNotScorable;
  // The index with every absent value at its lowest and at its highest score.
  fixed::CentiPoints low;
  fixed::CentiPoints high;
  int32_t completeness_permille = 0;  // present of applicable weight, rounded down
  bool class_certain = false;         // index, low and high lie in one class
  friend bool operator==(const Score&, const Score&) = default;
};

inline constexpr size_t kBlockHouseholds = 512;

// Sums of up to 512 households. All fit int32: weights sum to 100,000, scores reach 10,000.
struct BlockSums {
  using Column = std::array<int32_t, kBlockHouseholds>;
  alignas(64) Column weighted;    // sum of weight * score over present values
  alignas(64) Column present;     // weight present
  alignas(64) Column applicable;  // weight present or absent
  alignas(64) Column low;         // `weighted` with absent values at their lowest score
  alignas(64) Column high;
  alignas(64) Column required_absent;  // number of required indicators that are absent
};

// Adds up `count` (at most 512) households: the value of household h and indicator i is
// values[i * stride + h]; -infinity is absent, +infinity not applicable, NaN must not occur.
// About 1.4 ns per value from memory with AVX2, 3 to 4 times reading it (scoring_bench.cc).
// Thread-safe.
void AccumulateBlock(const catalog::Catalog& catalog, const float* values, size_t stride,
                     size_t count, BlockSums* sums);

// Score of household `h` of a block.
Score ScoreOf(const catalog::Catalog& catalog, const BlockSums& sums, size_t h);

// The two together; `scores` takes `count` scores.
void ScoreBlock(const catalog::Catalog& catalog, const float* values, size_t stride, size_t count,
                Score* scores);

// One household; `values` has one value per indicator.
Score ScoreHousehold(const catalog::Catalog& catalog, absl::Span<const float> values);

// Class of an index by the catalog's edges and direction; never kNotScorable.
PovertyClass ClassOf(const catalog::Catalog& catalog, fixed::CentiPoints index);

struct Contribution {
  int indicator = 0;  // index into Catalog::indicators
  float value = 0;
  bool present = false;
  int32_t score_centipoints = 0;  // 0 when not present
  int32_t weight_units = 0;
  // Points by which the index stays below 100 (above 0 when high is poor) because of this
  // indicator, in millionths; over all present indicators they sum to that distance but for
  // rounding.
  int64_t points_lost_micro = 0;
};

// Every indicator, most points lost first, catalog order when equal.
std::vector<Contribution> Explain(const catalog::Catalog& catalog, absl::Span<const float> values);

// Equal for equal catalog and values, byte for byte.
uint64_t InputHash(const catalog::Catalog& catalog, absl::Span<const float> values);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_SCORING_H_
