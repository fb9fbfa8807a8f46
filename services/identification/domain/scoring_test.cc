#include "services/identification/domain/scoring.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "services/identification/domain/derive.h"
#include "services/identification/domain/test_world.h"

namespace fupin::identification {
namespace {

// Two indicators, 99 % and 1 % of the weight, each worth its value in points.
std::shared_ptr<const catalog::Catalog> TwoIndicators(const TestHeader& header = {}) {
  return MakeCatalog(
      CatalogText("dimensions { code: 'A' name_zh: '一' name_en: 'one' weight_permille: 990 " +
                      IndicatorText("X", "question { of: 'area' }") +
                      "} dimensions { code: 'B' name_zh: '二' name_en: 'two' weight_permille: 10 " +
                      IndicatorText("Y", "question { of: 'income' }") + "}",
                  header));
}

TEST_CASE("ID-7 an index of exactly 60.00 and 80.00 is possibly poor") {
  struct Case {
    float x;
    float y;
    int32_t index;
    PovertyClass poverty_class;
  };
  const auto catalog = TwoIndicators();
  const Case test = GENERATE(values<Case>({
      {60, 59, 5999, PovertyClass::kPoor},
      {60, 60, 6000, PovertyClass::kPossiblyPoor},
      {60, 61, 6001, PovertyClass::kPossiblyPoor},
      {80, 79, 7999, PovertyClass::kPossiblyPoor},
      {80, 80, 8000, PovertyClass::kPossiblyPoor},
      {80, 81, 8001, PovertyClass::kStable},
      // Half a hundredth is rounded up, less is not.
      {60, 59.5, 6000, PovertyClass::kPossiblyPoor},
      {60, 59.49, 5999, PovertyClass::kPoor},
      {80, 80.5, 8001, PovertyClass::kStable},
      {80, 80.49, 8000, PovertyClass::kPossiblyPoor},
      {0, 0, 0, PovertyClass::kPoor},
      {100, 100, 10000, PovertyClass::kStable},
      {-1e30f, -5, 0, PovertyClass::kPoor},
      {1e30f, 1000, 10000, PovertyClass::kStable},
  }));
  CAPTURE(test.x, test.y);
  const Score score = ScoreHousehold(*catalog, {test.x, test.y});
  CHECK(score.index.units == test.index);
  CHECK(score.poverty_class == test.poverty_class);
  CHECK(score.low == score.index);
  CHECK(score.high == score.index);
  CHECK(score.class_certain);
  CHECK(score.completeness_permille == 1000);
}

TEST_CASE("ID-7 where a high index is poor the edges are mirrored") {
  const auto catalog = TwoIndicators({.direction = "HIGH"});
  CHECK(ScoreHousehold(*catalog, {40, 41}).poverty_class == PovertyClass::kPoor);
  CHECK(ScoreHousehold(*catalog, {40, 40}).poverty_class == PovertyClass::kPossiblyPoor);
  CHECK(ScoreHousehold(*catalog, {20, 20}).poverty_class == PovertyClass::kPossiblyPoor);
  CHECK(ScoreHousehold(*catalog, {20, 19}).poverty_class == PovertyClass::kStable);
  CHECK(Explain(*catalog, {40, 0})[0].points_lost_micro == 39'600'000);
}

TEST_CASE("ID-6 an absent value leaves the index, widens the interval and lowers completeness") {
  const auto catalog = TwoIndicators();
  const Score absent = ScoreHousehold(*catalog, {70, kAbsentValue});
  CHECK(absent.index.units == 7000);
  CHECK(absent.low.units == 6930);
  CHECK(absent.high.units == 7030);
  CHECK(absent.completeness_permille == 990);
  CHECK(absent.class_certain);
  // 80 or, with the absent value at its best, above.
  const Score unsure = ScoreHousehold(*catalog, {80, kAbsentValue});
  CHECK(unsure.high.units == 8020);
  CHECK_FALSE(unsure.class_certain);
  // Zero is a value.
  const Score zero = ScoreHousehold(*catalog, {70, 0});
  CHECK(zero.index.units == 6930);
  CHECK(zero.completeness_permille == 1000);
  // Not applicable leaves everything.
  const Score exempt = ScoreHousehold(*catalog, {70, kNotApplicableValue});
  CHECK(exempt.index.units == 7000);
  CHECK(exempt.low.units == 7000);
  CHECK(exempt.high.units == 7000);
  CHECK(exempt.completeness_permille == 1000);
}

TEST_CASE("ID-6 too little known, or a required value absent, is not scorable") {
  const auto strict = TwoIndicators({.min_completeness_permille = 990});
  CHECK(ScoreHousehold(*strict, {70, kAbsentValue}).poverty_class == PovertyClass::kPossiblyPoor);
  const auto stricter = TwoIndicators({.min_completeness_permille = 991});
  const Score score = ScoreHousehold(*stricter, {70, kAbsentValue});
  CHECK(score.poverty_class == PovertyClass::kNotScorable);
  CHECK_FALSE(score.class_certain);
  const auto any = TwoIndicators();
  CHECK(ScoreHousehold(*any, {kAbsentValue, kAbsentValue}).poverty_class ==
        PovertyClass::kNotScorable);
  CHECK(ScoreHousehold(*any, {kAbsentValue, kAbsentValue}).high.units == 10000);
  CHECK(ScoreHousehold(*any, {kNotApplicableValue, kNotApplicableValue}).poverty_class ==
        PovertyClass::kNotScorable);
  const auto required = MakeCatalog(CatalogText(DimensionText(
      IndicatorText("X", "question { of: 'area' }") +
      IndicatorText("Y", "question { of: 'income' }", "when_absent: WHEN_ABSENT_REQUIRED"))));
  CHECK(ScoreHousehold(*required, {70, kAbsentValue}).poverty_class == PovertyClass::kNotScorable);
  CHECK(ScoreHousehold(*required, {kAbsentValue, 70}).poverty_class == PovertyClass::kPossiblyPoor);
  CHECK(ScoreHousehold(*required, {70, kNotApplicableValue}).poverty_class ==
        PovertyClass::kPossiblyPoor);
}

struct Random {
  uint64_t state;
  uint32_t Next(uint32_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 33) % limit;
  }
};

// Random lines and steps with weights that sum to 100000.
catalog::Catalog RandomCatalog(Random* random, size_t indicators) {
  catalog::Catalog catalog;
  catalog.poor_below = 6000;
  catalog.stable_above = 8000;
  catalog.min_completeness_permille = 500;
  int32_t left = catalog::kWeightUnits;
  for (size_t i = 0; i < indicators; ++i) {
    catalog::Indicator indicator;
    const int32_t most = left - static_cast<int32_t>(indicators - i - 1);
    indicator.weight_units =
        i + 1 == indicators ? left : 1 + static_cast<int32_t>(random->Next(std::min(most, 1000)));
    left -= indicator.weight_units;
    indicator.required = random->Next(40) == 0;
    auto& function = indicator.function;
    function.shape = random->Next(2) == 0 ? catalog::ScoreFunction::Shape::kLinear
                                          : catalog::ScoreFunction::Shape::kStep;
    int32_t score = static_cast<int32_t>(random->Next(10001));
    function.base = static_cast<float>(score);
    function.lowest = function.highest = score;
    float from = static_cast<float>(random->Next(100)) - 50;
    const size_t pieces = random->Next(10);
    for (size_t p = 0; p < pieces; ++p) {
      const int32_t next = static_cast<int32_t>(random->Next(10001));
      const float width = 0.25f + static_cast<float>(random->Next(1000)) / 7;
      const float delta = static_cast<float>(next - score);
      const bool linear = function.shape == catalog::ScoreFunction::Shape::kLinear;
      function.pieces.push_back({from, width, linear ? delta / width : delta});
      from += width;
      score = next;
      function.lowest = std::min(function.lowest, score);
      function.highest = std::max(function.highest, score);
    }
    catalog.indicators.push_back(std::move(indicator));
  }
  return catalog;
}

// The score of one value as anyone would write it: which piece, then a straight line, in double.
double NaiveScore(const catalog::ScoreFunction& function, double value) {
  double score = function.base;
  for (const auto& piece : function.pieces) {
    if (function.shape == catalog::ScoreFunction::Shape::kStep) {
      if (value >= piece.from) score += piece.factor;
    } else if (value >= double{piece.from} + piece.width) {
      score += std::round(double{piece.factor} * piece.width);
    } else if (value > piece.from) {
      score += (value - piece.from) * piece.factor;
    }
  }
  return score;
}

// The documented float32 steps, one value at a time.
int32_t ReferenceScore(const catalog::ScoreFunction& function, float value) {
  float score = function.base;
  for (const auto& piece : function.pieces) {
    if (function.shape == catalog::ScoreFunction::Shape::kStep) {
      if (value >= piece.from) score = score + piece.factor;
    } else {
      volatile float part = value - piece.from;
      if (part < 0) part = 0;
      if (part > piece.width) part = piece.width;
      volatile float product = part * piece.factor;
      score = score + product;
    }
  }
  return std::clamp(static_cast<int32_t>(std::floor(score + 0.5f)), 0, 10000);
}

Score ReferenceScoreOf(const catalog::Catalog& catalog, const std::vector<float>& values) {
  int64_t weighted = 0, present = 0, applicable = 0, low = 0, high = 0;
  bool required_absent = false;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto& indicator = catalog.indicators[i];
    if (values[i] == kNotApplicableValue) continue;
    applicable += indicator.weight_units;
    if (values[i] == kAbsentValue) {
      low += int64_t{indicator.weight_units} * indicator.function.lowest;
      high += int64_t{indicator.weight_units} * indicator.function.highest;
      required_absent |= indicator.required;
      continue;
    }
    present += indicator.weight_units;
    const int64_t points =
        int64_t{indicator.weight_units} * ReferenceScore(indicator.function, values[i]);
    weighted += points;
    low += points;
    high += points;
  }
  const auto mean = [](int64_t sum, int64_t weight) {
    return fixed::CentiPoints{
        weight == 0 ? 0
                    : static_cast<int32_t>(std::floor(static_cast<double>(sum) / weight + 0.5))};
  };
  Score score;
  score.index = mean(weighted, present);
  score.low = mean(low, applicable);
  score.high = mean(high, applicable);
  score.completeness_permille =
      applicable == 0 ? 0 : static_cast<int32_t>(1000 * present / applicable);
  if (applicable == 0 || present == 0 || required_absent ||
      1000 * present < catalog.min_completeness_permille * applicable) {
    return score;
  }
  const auto class_of = [](fixed::CentiPoints index) {
    return index.units < 6000   ? PovertyClass::kPoor
           : index.units > 8000 ? PovertyClass::kStable
                                : PovertyClass::kPossiblyPoor;
  };
  score.poverty_class = class_of(score.index);
  score.class_certain =
      class_of(score.low) == score.poverty_class && class_of(score.high) == score.poverty_class;
  return score;
}

float RandomValue(Random* random, const catalog::ScoreFunction& function) {
  const uint32_t draw = random->Next(100);
  if (draw < 6) return kAbsentValue;
  if (draw < 10) return kNotApplicableValue;
  // Often exactly at an edge.
  if (draw < 30 && !function.pieces.empty()) {
    return function.pieces[random->Next(static_cast<uint32_t>(function.pieces.size()))].from;
  }
  return static_cast<float>(random->Next(2'000'000)) / 1000 - 500;
}

TEST_CASE("ID-6 the kernel equals a naive reference, alone and in blocks of every size") {
  const uint64_t seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u);
  CAPTURE(seed);
  Random random{seed};
  const size_t indicators = 1 + random.Next(220);
  const catalog::Catalog catalog = RandomCatalog(&random, indicators);
  REQUIRE(std::accumulate(catalog.indicators.begin(), catalog.indicators.end(), 0,
                          [](int sum, const auto& i) { return sum + i.weight_units; }) ==
          catalog::kWeightUnits);
  for (const size_t count : {size_t{1}, size_t{7}, size_t{511}, kBlockHouseholds}) {
    CAPTURE(count);
    const size_t stride = count + random.Next(3);
    std::vector<float> block(indicators * stride, 0);
    std::vector<std::vector<float>> rows(count, std::vector<float>(indicators));
    for (size_t i = 0; i < indicators; ++i) {
      for (size_t h = 0; h < count; ++h) {
        rows[h][i] = RandomValue(&random, catalog.indicators[i].function);
        block[i * stride + h] = rows[h][i];
      }
    }
    std::vector<Score> scores(count);
    ScoreBlock(catalog, block.data(), stride, count, scores.data());
    size_t wrong = 0;
    for (size_t h = 0; h < count; ++h) {
      wrong += !(scores[h] == ReferenceScoreOf(catalog, rows[h]));
      wrong += !(scores[h] == ScoreHousehold(catalog, rows[h]));
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("ID-6 float32 moves no score by more than rounding, and none at a knot") {
  Random random{77};
  const catalog::Catalog catalog = RandomCatalog(&random, 200);
  for (const auto& indicator : catalog.indicators) {
    const auto& function = indicator.function;
    for (int n = 0; n < 200; ++n) {
      const float value = RandomValue(&random, function);
      if (std::isinf(value)) continue;
      const double exact = NaiveScore(function, value);
      REQUIRE(std::abs(ReferenceScore(function, value) - exact) <= 0.52);
    }
    float from = 0;
    for (const auto& piece : function.pieces) {
      from = piece.from;
      REQUIRE(ReferenceScore(function, from) ==
              static_cast<int32_t>(std::round(NaiveScore(function, from))));
    }
  }
}

TEST_CASE("ID-6 an explanation sums to the points lost and begins with the most") {
  const auto catalog = TwoIndicators();
  const std::vector<float> values = {90, 20};
  const auto contributions = Explain(*catalog, values);
  REQUIRE(contributions.size() == 2);
  CHECK(contributions[0].indicator == 0);
  CHECK(contributions[0].points_lost_micro == 9'900'000);
  CHECK(contributions[0].score_centipoints == 9000);
  CHECK(contributions[0].weight_units == 99'000);
  CHECK(contributions[1].points_lost_micro == 800'000);
  CHECK(ScoreHousehold(*catalog, values).index.units == 10000 - 990 - 80);
  const auto absent = Explain(*catalog, {kAbsentValue, 20});
  CHECK(absent[0].indicator == 1);
  CHECK(absent[0].points_lost_micro == 80'000'000);
  CHECK_FALSE(absent[1].present);
  CHECK(absent[1].points_lost_micro == 0);
}

TEST_CASE("ID-6 the input hash follows values and catalog") {
  const auto catalog = TwoIndicators();
  const auto other = TwoIndicators({.min_completeness_permille = 1});
  CHECK(InputHash(*catalog, {1, 2}) == InputHash(*TwoIndicators(), {1, 2}));
  CHECK(InputHash(*catalog, {1, 2}) != InputHash(*catalog, {2, 1}));
  CHECK(InputHash(*catalog, {1, 2}) != InputHash(*catalog, {1, kAbsentValue}));
  CHECK(InputHash(*catalog, {1, 2}) != InputHash(*other, {1, 2}));
}

}  // namespace
}  // namespace fupin::identification
