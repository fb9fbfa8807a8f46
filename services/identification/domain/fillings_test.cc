#include "services/identification/domain/fillings.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "services/identification/domain/test_world.h"

namespace fupin::identification {
namespace {

std::string Row(std::initializer_list<ColumnFilling> fillings) {
  std::string row;
  for (const ColumnFilling filling : fillings) row.push_back(static_cast<char>(filling));
  return row;
}

TEST_CASE("EX-4 every value says who filled it, and every dataset what it gave") {
  Household household = Family();
  household.answers["area"] = Number(80);
  household.facts = {
      MakeFact("mps.vehicle", "v1", 0, "2025-01-01", {{"amount", Number(3000)}}),
      MakeFact("mps.vehicle", "v2", 0, "2025-06-01", {{"amount", Number(5000)}}),
      MakeFact("lr.house", "l1", -1, "2024-01-01", {{"amount", Number(88)}}),
      MakeFact("ha.visit", "x1", 2, "2025-05-05", {}),
  };
  household.facts[2].source.automatic = false;  // typed at the department
  const auto evaluator = Evaluator::Create(MakeCatalog(CatalogText(DimensionText(absl::StrCat(
      IndicatorText("A", "dataset { of: 'mps.vehicle' field: 'amount' aggregate: AGGREGATE_SUM }"),
      IndicatorText("B", "question { of: 'area' }"),
      IndicatorText("C", "dataset { of: 'lr.house' field: 'amount' }"),
      IndicatorText("D", "question { of: 'income' }"))))));
  REQUIRE(evaluator.ok());
  const Fillings fillings = FillingsOf(household, (*evaluator)->Derive(household));
  CHECK(fillings.by_indicator == Row({ColumnFilling::kAutomatic, ColumnFilling::kManual,
                                      ColumnFilling::kManual, ColumnFilling::kAbsent}));
  REQUIRE(fillings.datasets.size() == 3);
  const DatasetUse& vehicles = fillings.datasets.at("mps.vehicle");
  CHECK(vehicles.values == 1);
  // Two records make one value: its age is that of the newer one.
  CHECK(vehicles.business_seconds_sum ==
        absl::ToUnixSeconds(household.facts[1].source.business_time));
  CHECK(fillings.datasets.at("lr.house").values == 1);
  CHECK(fillings.datasets.at("ha.visit").values == 0);
}

}  // namespace
}  // namespace fupin::identification
