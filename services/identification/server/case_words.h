// A case as it is stored, as the engine sees it, and as people see it.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_WORDS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_WORDS_H_

#include <string>

#include <google/protobuf/timestamp.pb.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/procedure/procedure_set.h"
#include "services/identification/domain/case_flow.h"
#include "services/identification/server/convert.h"
#include "services/identification/store/case_records.pb.h"

namespace fupin::identification {

google::protobuf::Timestamp ToTimestampMs(int64_t ms);

// The procedure a case follows, in the version it was opened with. FAILED_PRECONDITION /
// PROCEDURE_GONE: its file was taken away while cases were open.
absl::StatusOr<const procedure::Procedure*> ProcedureOf(const procedure::ProcedureSet& set,
                                                        const store::StoredCase& stored);

// FAILED_PRECONDITION / PROCEDURE_GONE: the step is not in the procedure any more.
absl::StatusOr<CaseState> ToState(const procedure::Procedure& procedure,
                                  const store::StoredCase& stored);
// Takes over everything that moves; applicant, household and form stay.
void FromState(const CaseFlow& flow, const CaseState& state, store::StoredCase* stored);

std::string CaseName(absl::string_view id);
// "cases/<id>" -> id; NOT_FOUND / CASE_NOT_FOUND.
absl::StatusOr<std::string> ParseCaseName(absl::string_view name);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_WORDS_H_
