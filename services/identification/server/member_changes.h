// Natural changes of who lives in a household (ID-3): births, deaths, marriages, members who move,
// a new head, corrections.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_MEMBER_CHANGES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_MEMBER_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "fupin/identification/v1/household_change_service.pb.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/change_draft.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/store/household_store.h"

namespace fupin::identification {

// Safe for concurrent use. A draft has its persons.
class MemberChanges {
 public:
  MemberChanges(const HouseholdStore& households, const CaseDesk& desk, const Knowledge& knowledge)
      : households_(households), desk_(desk), knowledge_(knowledge) {}

  // Takes somebody in, out of another household where one is named.
  absl::Status Join(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                    ChangeDraft* draft) const;
  // Lets somebody go.
  absl::Status Leave(const v1::RecordHouseholdChangeRequest& request, ChangeDraft* draft) const;
  absl::Status Correct(const v1::RecordHouseholdChangeRequest& request, ChangeDraft* draft) const;
  // With whatever change: the relations that are others now. CHANGE_RELATION.
  absl::Status Relate(const v1::RecordHouseholdChangeRequest& request, ChangeDraft* draft) const;

 private:
  absl::Status NotElsewhere(const std::string& subject, const std::vector<std::string>& allowed,
                            bool even_so) const;

  const HouseholdStore& households_;
  const CaseDesk& desk_;
  const Knowledge& knowledge_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_MEMBER_CHANGES_H_
