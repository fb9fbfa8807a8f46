// Natural changes of whole households (ID-3): they move, split, become one.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_MOVES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_MOVES_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "fupin/identification/v1/household_change_service.pb.h"
#include "libs/division/tree.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/change_draft.h"
#include "services/identification/store/household_store.h"

namespace fupin::identification {

// Safe for concurrent use. A draft has its persons.
class HouseholdMoves {
 public:
  HouseholdMoves(const HouseholdStore& households, const CaseDesk& desk,
                 std::shared_ptr<const division::Tree> divisions, int partition_level)
      : households_(households),
        desk_(desk),
        divisions_(std::move(divisions)),
        partition_level_(partition_level) {}

  // Out of the province, within the township, or as a transfer into another one.
  absl::Status Relocate(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                        ChangeDraft* draft) const;
  absl::Status Split(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                     ChangeDraft* draft) const;
  absl::Status Merge(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                     ChangeDraft* draft) const;

 private:
  const HouseholdStore& households_;
  const CaseDesk& desk_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_MOVES_H_
