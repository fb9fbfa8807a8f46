#include "services/fupinctl/synthetic/records.h"

#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "libs/contract/contract_set.h"
#include "libs/division/tree.h"

namespace fupin::synthetic {
namespace {

using Keys = std::map<std::string, std::multiset<std::string>>;

Keys KeysOf(const contract::ContractSet& contracts, const Population& population,
            const division::Tree& divisions, absl::CivilDay told) {
  Keys keys;
  for (const auto& [dataset, records] : MakeRecords(population, contracts, divisions, 1, told)) {
    const contract::Contract& contract = *contracts.Find(dataset);
    for (const MadeRecord& record : records) {
      keys[dataset].insert(contract::KeyOf(contract, record.row));
    }
  }
  return keys;
}

}  // namespace

TEST_CASE("EX-1 what departments tell again replaces what they told before", "[synthetic]") {
  const auto contracts = *contract::ContractSet::Load(FUPIN_BINARY_DIR "/contracts/guizhou");
  const auto divisions = *division::Tree::Load({FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv"});
  const absl::CivilDay first(2026, 2, 1);
  const Population population = MakePopulation(*divisions, 60, 1, first);
  CHECK(KeysOf(*contracts, population, *divisions, first) ==
        KeysOf(*contracts, population, *divisions, first + 200));
}

}  // namespace fupin::synthetic
