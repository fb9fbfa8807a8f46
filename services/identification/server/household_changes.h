// Natural changes of households (ID-3): recorded, shown, and carried into other townships.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/household_change_service.pb.h"
#include "libs/division/tree.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/change_draft.h"
#include "services/identification/server/household_moves.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/member_changes.h"
#include "services/identification/store/change_store.h"
#include "services/identification/workers/scorer.h"

namespace fupin::identification {

// Safe for concurrent use.
class HouseholdChanges {
 public:
  HouseholdChanges(ChangeStore& store, HouseholdStore& households, CaseDesk& desk,
                   const Knowledge& knowledge, std::shared_ptr<const division::Tree> divisions,
                   int partition_level, Scorer& scorer)
      : store_(store),
        households_(households),
        desk_(desk),
        members_(households, desk, knowledge),
        moves_(households, desk, std::move(divisions), partition_level),
        scorer_(scorer) {}

  // Lets those arrive that an earlier life left on their way.
  absl::Status Start();

  // The household itself lies within the caller's bounds.
  absl::StatusOr<v1::HouseholdChange> Record(const v1::RecordHouseholdChangeRequest& request,
                                             const rpc::Caller& caller);
  absl::StatusOr<v1::ListHouseholdChangesResponse> List(const std::string& household) const;
  absl::StatusOr<v1::HouseholdVersion> Version(const std::string& name) const;

 private:
  absl::Status Decide(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                      ChangeDraft* draft) const;
  // Takes in who comes from another township, once.
  absl::Status Arrive(const Transfer& transfer);
  // Links the persons and has the households judged.
  absl::Status Settle(const std::vector<std::string>& households);

  ChangeStore& store_;
  HouseholdStore& households_;
  CaseDesk& desk_;
  const MemberChanges members_;
  const HouseholdMoves moves_;
  Scorer& scorer_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGES_H_
