// How fast the province is scored: 2,000,000 households x 199 indicators in memory, against reading
// the float32 columns once. Synthetic values (合成数据).
//   build/release/bin/fupin_scoring_bench [households]
#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "libs/catalog/catalog.h"
#include "services/identification/domain/derive.h"
#include "services/identification/domain/scoring.h"

namespace fupin::identification {
namespace {

constexpr size_t kIndicators = 199;
constexpr int kRounds = 5;

// A small generator of its own, so that the numbers are the same everywhere.
struct Stream {
  uint64_t state = 20251231;
  uint32_t Next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 33);
  }
};

// Half straight lines of one to four segments, half steps of one to six edges.
catalog::Catalog MakeCatalog() {
  catalog::Catalog catalog;
  catalog.poor_below = 6000;
  catalog.stable_above = 8000;
  catalog.min_completeness_permille = 600;
  for (size_t i = 0; i < kIndicators; ++i) {
    catalog::Indicator indicator;
    indicator.weight_units = static_cast<int32_t>(catalog::kWeightUnits / kIndicators) +
                             (i < catalog::kWeightUnits % kIndicators);
    auto& function = indicator.function;
    const bool linear = i % 2 == 0;
    function.shape =
        linear ? catalog::ScoreFunction::Shape::kLinear : catalog::ScoreFunction::Shape::kStep;
    const size_t pieces = linear ? 1 + i / 2 % 4 : 1 + i / 2 % 6;
    for (size_t p = 0; p < pieces; ++p) {
      const float from = 100.0f * static_cast<float>(p) / static_cast<float>(pieces);
      const float width = 100.0f / static_cast<float>(pieces);
      const float share = 10000.0f / static_cast<float>(pieces);
      function.pieces.push_back({from, width, linear ? share / width : share});
    }
    function.highest = catalog::kMaxScore;
    indicator.required = i % 50 == 0;
    catalog.indicators.push_back(std::move(indicator));
  }
  return catalog;
}

double SecondsOf(void (*run)(const std::vector<float>&, const catalog::Catalog&),
                 const std::vector<float>& values, const catalog::Catalog& catalog) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    run(values, catalog);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::min(best, seconds.count());
  }
  return best;
}

volatile double sink;

// Reads every float once: adds the bits, which costs next to nothing beside the reading.
void ReadOnce(const std::vector<float>& values, const catalog::Catalog&) {
  uint32_t sum = 0;
  for (const float value : values) sum += std::bit_cast<uint32_t>(value);
  sink = sum;
}

void ScoreAll(const std::vector<float>& values, const catalog::Catalog& catalog) {
  constexpr size_t kBlockValues = kBlockHouseholds * kIndicators;
  Score scores[kBlockHouseholds];
  int64_t poor = 0;
  for (size_t at = 0; at + kBlockValues <= values.size(); at += kBlockValues) {
    ScoreBlock(catalog, values.data() + at, kBlockHouseholds, kBlockHouseholds, scores);
    for (const Score& score : scores) poor += score.poverty_class == PovertyClass::kPoor;
  }
  sink = static_cast<double>(poor);
}

int Main(size_t households) {
  const size_t blocks = (households + kBlockHouseholds - 1) / kBlockHouseholds;
  const catalog::Catalog catalog = MakeCatalog();
  std::vector<float> values(blocks * kBlockHouseholds * kIndicators);
  Stream stream;
  for (float& value : values) {
    const uint32_t draw = stream.Next();
    value = draw % 23 == 0   ? kAbsentValue
            : draw % 29 == 0 ? kNotApplicableValue
                             : static_cast<float>(draw >> 8 & 0xffff) / 655.36f;
  }
  const double read = SecondsOf(ReadOnce, values, catalog);
  const double score = SecondsOf(ScoreAll, values, catalog);
  const double count = static_cast<double>(values.size());
  std::printf("households %zu, indicators %zu, %.2f GB\n", blocks * kBlockHouseholds, kIndicators,
              count * sizeof(float) / 1e9);
  std::printf("read once  %.3f s  %.2f ns/value  %.1f GB/s\n", read, read / count * 1e9,
              count * sizeof(float) / read / 1e9);
  std::printf("score      %.3f s  %.2f ns/value  %.0f ns/household\n", score, score / count * 1e9,
              score / static_cast<double>(blocks * kBlockHouseholds) * 1e9);
  std::printf("ratio      %.2f (target <= 6)\n", score / read);
  return 0;
}

}  // namespace
}  // namespace fupin::identification

int main(int argc, char** argv) {
  const size_t households = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000;
  return fupin::identification::Main(std::max<size_t>(households, 1));
}
