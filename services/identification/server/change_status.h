// What a natural change (ID-3) makes of a household's status in the register.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_STATUS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "libs/procedure/procedure_set.h"
#include "services/identification/store/change_store.h"

namespace fupin::identification {

// Moves a status that is there to where it is due; see README. `status_from`: the household whose
// entry `from` the changed one may inherit, or empty.
absl::Status MoveStatus(const ChangeStore& store, const procedure::ProcedureSet& procedures,
                        const std::string& status_from, const RegisterRow& from,
                        ChangedHousehold* changed);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_STATUS_H_
