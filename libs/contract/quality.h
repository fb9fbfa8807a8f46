// Quality rules of a record against its contract.
#ifndef FUPIN_LIBS_CONTRACT_QUALITY_H_
#define FUPIN_LIBS_CONTRACT_QUALITY_H_

#include <functional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/contract/contract.h"
#include "libs/contract/contract_set.h"
#include "libs/status/status.h"

namespace fupin::contract {

// Everything that is wrong with the row; empty: it may be accepted. Brings texts into their one
// form on the way (names, citizen numbers), so that equal facts are equal bytes.
std::vector<Problem> CheckQuality(const Contract& contract, const ContractSet& set, Row* row,
                                  absl::CivilDay today,
                                  const std::function<bool(absl::string_view)>& division_exists);

}  // namespace fupin::contract

#endif  // FUPIN_LIBS_CONTRACT_QUALITY_H_
