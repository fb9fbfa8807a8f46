// What officers do with cases.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_ACTIONS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_ACTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/knowledge.h"

namespace fupin::identification {

// Safe for concurrent use. Each returns the case as it is afterwards.
class CaseActions {
 public:
  CaseActions(CaseDesk& desk, const Knowledge& knowledge) : desk_(desk), knowledge_(knowledge) {}

  absl::StatusOr<v1::Case> Act(const v1::ActOnCaseRequest& request, const rpc::Caller& caller);
  absl::StatusOr<v1::Case> Meet(const v1::RecordMeetingRequest& request, const rpc::Caller& caller);
  absl::StatusOr<v1::Case> Attach(const v1::AttachEvidenceRequest& request,
                                  const rpc::Caller& caller);
  absl::StatusOr<v1::Case> Revisit(const v1::RecordRevisitRequest& request,
                                   const rpc::Caller& caller);
  absl::StatusOr<v1::Case> FillForm(const v1::FillFormRequest& request, const rpc::Caller& caller);

 private:
  // Writes `next` and shows the case.
  absl::StatusOr<v1::Case> Write(const CaseAtHand& at, const CaseState& next,
                                 const rpc::Caller& caller, CaseMove move);

  CaseDesk& desk_;
  const Knowledge& knowledge_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_ACTIONS_H_
