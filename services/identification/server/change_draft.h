// A change of households (ID-3) while it is being made: what becomes of each of them.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_DRAFT_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_DRAFT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/scope.h"
#include "services/identification/store/change_store.h"
#include "services/identification/store/household_store.h"

namespace fupin::identification {

struct ChangePerson {
  v1::SurveyMember member;
  std::string subject;
  int index = 0;  // as relations name it
};

// The household the change is recorded of, and the other one when there is one.
struct ChangeDraft {
  ChangedHousehold main;
  std::vector<ChangePerson> persons;
  std::optional<ChangedHousehold> other;  // of the same township
  std::vector<ChangePerson> other_persons;
  std::optional<Transfer> transfer;
  std::string status_to_main;   // id of the household whose status it may inherit
  std::string status_to_other;  // the same
};

// The next version of a household, as it was so far.
ChangedHousehold BeginChange(const std::string& id, const std::optional<OpenHousehold>& before,
                             const OpenChange& change);

// Each names the other: `to` goes on from what `from` was.
void LinkChanges(ChangedHousehold* from, ChangedHousehold* to);

void AddPersons(const OpenHousehold& household, int first_index,
                std::vector<ChangePerson>* persons);
std::vector<ChangePerson>::iterator FindPerson(std::vector<ChangePerson>* persons, int index);

// Puts the persons in; without any the household is closed. MEMBER_REPEATED, MEMBERS_TOO_MANY,
// HEAD_NOT_ONE.
absl::Status FinishChange(const std::vector<ChangePerson>& persons, ChangedHousehold* changed);

// A household of the same township within the caller's bounds; `id` becomes its own. `field` is
// what a refusal names: CHANGE_OTHER_TOWNSHIP, CHANGE_MEMBER (it is `than` itself),
// HOUSEHOLD_CLOSED.
absl::StatusOr<OpenHousehold> OtherHousehold(const HouseholdStore& households, const Scope& scope,
                                             const std::string& name, const rpc::Caller& caller,
                                             const std::string& than, const char* field,
                                             std::string* id);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_DRAFT_H_
