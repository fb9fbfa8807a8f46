// Counts of where values come from, per township, kept in the batch of the scores they belong to.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_AUTOMATION_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_AUTOMATION_H_

#include <cstdint>
#include <string>

#include "services/identification/domain/fillings.h"
#include "services/identification/store/records.pb.h"

namespace fupin::identification {

store::StoredFillings ToStored(const Fillings& fillings, uint64_t source_fingerprint);

// Key of a township's counts under one catalog; another catalog's columns mean something else.
std::string AutomationKey(uint64_t source_fingerprint);

// Adds `sign` times what one household contributes.
void Count(store::StoredAutomation& counts, const store::StoredFillings& fillings, int sign);

// Adds the counts of one township to those of a larger place.
void AddTo(store::StoredAutomation& sum, const store::StoredAutomation& part);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_AUTOMATION_H_
