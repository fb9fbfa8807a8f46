// What departments know of the synthetic population, as records of their datasets.
#ifndef FUPIN_SERVICES_FUPINCTL_SYNTHETIC_RECORDS_H_
#define FUPIN_SERVICES_FUPINCTL_SYNTHETIC_RECORDS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "libs/contract/contract_set.h"
#include "services/fupinctl/synthetic/population.h"

namespace fupin::synthetic {

struct MadeRecord {
  contract::Row row;
  int64_t business_time_ms = 0;
  bool automatic = true;
  bool must_be_rejected = false;  // planted: a mangled or wrong number
};

// By dataset; every dataset of `contracts` has records. Facts are of the population's day, whenever
// they are `told`: told again they replace what was told before.
std::map<std::string, std::vector<MadeRecord>> MakeRecords(const Population& population,
                                                           const contract::ContractSet& contracts,
                                                           const division::Tree& divisions,
                                                           uint64_t seed, absl::CivilDay told);

}  // namespace fupin::synthetic

#endif  // FUPIN_SERVICES_FUPINCTL_SYNTHETIC_RECORDS_H_
