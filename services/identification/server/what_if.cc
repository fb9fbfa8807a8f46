#include "services/identification/server/what_if.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/catalog/load.h"
#include "libs/status/macros.h"
#include "services/identification/domain/derive.h"
#include "services/identification/domain/distribution.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/domain/scoring.h"
#include "services/identification/server/convert.h"
#include "services/identification/server/value_scan.h"

namespace fupin::identification {
namespace {

// Indicators that are looked at alone; more would answer nothing anybody can read.
constexpr size_t kMaxAlone = 20;
// Raising one weight shifts its neighbours a little by normalisation; that is no change of theirs.
constexpr int kWeightShiftPercent = 5;

bool Differs(const catalog::Indicator& a, const catalog::Indicator& b) {
  if (std::abs(a.weight_units - b.weight_units) * 100 > a.weight_units * kWeightShiftPercent) {
    return true;
  }
  const auto& f = a.function;
  const auto& g = b.function;
  return f.shape != g.shape || f.base != g.base ||
         !std::equal(f.pieces.begin(), f.pieces.end(), g.pieces.begin(), g.pieces.end(),
                     [](const auto& x, const auto& y) {
                       return x.from == y.from && x.width == y.width && x.factor == y.factor;
                     });
}

std::vector<Score> ScoresOf(const catalog::Catalog& catalog, const ValueBlock& block) {
  std::vector<Score> scores(block.count);
  ScoreBlock(catalog, block.values.data(), kBlockHouseholds, block.count, scores.data());
  return scores;
}

}  // namespace

absl::StatusOr<v1::WhatIfResponse> WhatIf::Run(const std::string& catalog_text) const {
  const absl::Time begun = absl::Now();
  const auto known = knowledge_.current();
  ASSIGN_OR_RETURN(const auto changed,
                   catalog::Parse(catalog_text, "what-if", LookupIn(*known->contracts)));
  const catalog::Catalog& now = *known->catalog;
  if (changed->source_fingerprint != now.source_fingerprint) {
    return Refuse("WHAT_IF_INDICATORS_DIFFER", "catalog_text",
                  absl::StrCat(now.id, " ", now.version));
  }
  // For every indicator that changed: the catalog in force with this one change.
  std::vector<std::pair<size_t, catalog::Catalog>> alone;
  for (size_t i = 0; i < now.indicators.size() && alone.size() < kMaxAlone; ++i) {
    if (!Differs(now.indicators[i], changed->indicators[i])) continue;
    alone.emplace_back(i, now);
    alone.back().second.indicators[i] = changed->indicators[i];
  }

  v1::WhatIfResponse response;
  std::map<std::pair<int, int>, int64_t> moves;
  std::map<std::string, v1::DivisionChange> counties;
  std::vector<int64_t> alone_changed(alone.size());
  int64_t skipped = 0;
  RETURN_IF_ERROR(ScanValues(kv_, now, &skipped, [&](const ValueBlock& block) {
    const auto before = ScoresOf(now, block);
    const auto after = ScoresOf(*changed, block);
    for (size_t h = 0; h < block.count; ++h) {
      const auto township = divisions_->Find(block.townships[h]);
      const auto county =
          township ? township->AncestorAt(std::max(0, partition_level_ - 1)) : std::nullopt;
      v1::DivisionChange& sum = counties[county ? std::string(county->code()) : ""];
      sum.set_household_count(sum.household_count() + 1);
      response.set_household_count(response.household_count() + 1);
      const PovertyClass from = before[h].poverty_class;
      const PovertyClass to = after[h].poverty_class;
      if (from == to) continue;
      ++moves[{static_cast<int>(from), static_cast<int>(to)}];
      response.set_changed_class_count(response.changed_class_count() + 1);
      sum.set_changed_class_count(sum.changed_class_count() + 1);
      if (to == PovertyClass::kPoor) sum.set_became_poor_count(sum.became_poor_count() + 1);
      if (from == PovertyClass::kPoor) sum.set_left_poor_count(sum.left_poor_count() + 1);
    }
    for (size_t a = 0; a < alone.size(); ++a) {
      const auto scores = ScoresOf(alone[a].second, block);
      for (size_t h = 0; h < block.count; ++h) {
        alone_changed[a] += scores[h].poverty_class != before[h].poverty_class ? 1 : 0;
      }
    }
    return absl::OkStatus();
  }));
  for (const auto& [move, count] : moves) {
    v1::ClassChange* out = response.add_changes();
    out->set_from(static_cast<v1::PovertyClass>(move.first));
    out->set_to(static_cast<v1::PovertyClass>(move.second));
    out->set_household_count(count);
  }
  for (auto& [code, sum] : counties) {
    if (sum.changed_class_count() == 0) continue;
    sum.set_division(code);
    if (const auto county = divisions_->Find(code)) sum.set_name_zh(std::string(county->name()));
    *response.add_divisions() = std::move(sum);
  }
  for (size_t a = 0; a < alone.size(); ++a) {
    v1::IndicatorChange* out = response.add_indicators();
    out->set_indicator(now.indicators[alone[a].first].code);
    out->set_name_zh(now.indicators[alone[a].first].name_zh);
    out->set_changed_class_count(alone_changed[a]);
  }
  response.set_duration_seconds(absl::ToDoubleSeconds(absl::Now() - begun));
  return response;
}

absl::StatusOr<v1::Distribution> WhatIf::GetDistribution(
    const v1::GetDistributionRequest& request) const {
  const auto known = knowledge_.current();
  const catalog::Catalog& catalog = *known->catalog;
  const auto column = [&](const std::string& code) -> int {
    for (size_t i = 0; i < catalog.references.size(); ++i) {
      if (catalog.references[i].code == code) {
        return static_cast<int>(catalog.indicators.size() + i);
      }
    }
    return -1;
  };
  const int value = column(request.value());
  const int weight = column(request.weight());
  if (value < 0) return Refuse("REFERENCE_UNKNOWN", "value", "value");
  if (weight < 0 && !request.weight().empty()) {
    return Refuse("REFERENCE_UNKNOWN", "weight", "weight");
  }
  std::vector<Observation> observations;
  int64_t skipped = 0;
  RETURN_IF_ERROR(ScanValues(kv_, catalog, &skipped, [&](const ValueBlock& block) {
    for (size_t h = 0; h < block.count; ++h) {
      Observation observation;
      observation.value = block.values[static_cast<size_t>(value) * kBlockHouseholds + h];
      observation.weight =
          weight < 0 ? 1.0 : block.values[static_cast<size_t>(weight) * kBlockHouseholds + h];
      observation.poverty_class = block.classes[h];
      if (std::isfinite(observation.value) && std::isfinite(observation.weight)) {
        observations.push_back(observation);
      }
    }
    return absl::OkStatus();
  }));
  const int line = request.line_permille() > 0 ? request.line_permille() : 600;
  return ToProto(Distribute(std::move(observations), line / 1000.0));
}

}  // namespace fupin::identification
