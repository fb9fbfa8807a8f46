// Procedures as they are told to people.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_PROCEDURE_WORDS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_PROCEDURE_WORDS_H_

#include "absl/status/statusor.h"
#include "fupin/identification/v1/case_service.pb.h"
#include "services/identification/server/procedures.h"

namespace fupin::identification {

absl::StatusOr<v1::ListProceduresResponse> ShowProcedures(const Procedures& procedures);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_PROCEDURE_WORDS_H_
