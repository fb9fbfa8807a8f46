// May a newer contract take the place of the one in use?
#ifndef FUPIN_LIBS_CONTRACT_COMPATIBILITY_H_
#define FUPIN_LIBS_CONTRACT_COMPATIBILITY_H_

#include <vector>

#include "libs/contract/contract.h"
#include "libs/status/status.h"

namespace fupin::contract {

// What would break senders or stored records; empty: compatible. Every problem names the field.
std::vector<Problem> BreakingChanges(const Contract& in_use, const Contract& next);

}  // namespace fupin::contract

#endif  // FUPIN_LIBS_CONTRACT_COMPATIBILITY_H_
