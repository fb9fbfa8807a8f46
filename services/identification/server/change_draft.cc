#include "services/identification/server/change_draft.h"

#include <algorithm>
#include <set>

#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/change_words.h"
#include "services/identification/server/member_check.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {

ChangedHousehold BeginChange(const std::string& id, const std::optional<OpenHousehold>& before,
                             const OpenChange& change) {
  ChangedHousehold changed;
  changed.id = id;
  changed.before = before;
  if (before) changed.next = *before;
  changed.next.stored.set_version(before ? before->stored.version() + 1 : 1);
  changed.next.stored.set_receive_time_ms(change.stored.record_ms());
  changed.next.stored.clear_closed();
  changed.change = change;
  changed.change.stored.set_version_before(before ? before->stored.version() : 0);
  changed.change.stored.set_version_after(changed.next.stored.version());
  changed.change.stored.set_division_before(before ? before->survey.division() : "");
  return changed;
}

void LinkChanges(ChangedHousehold* from, ChangedHousehold* to) {
  from->change.stored.add_children(VersionName(to->id, to->next.stored.version()));
  to->change.stored.add_parents(VersionName(from->id, from->before->stored.version()));
}

void AddPersons(const OpenHousehold& household, int first_index,
                std::vector<ChangePerson>* persons) {
  for (int i = 0; i < household.survey.members_size(); ++i) {
    persons->push_back({household.survey.members(i), household.stored.persons(i), first_index + i});
  }
}

std::vector<ChangePerson>::iterator FindPerson(std::vector<ChangePerson>* persons, int index) {
  return std::find_if(persons->begin(), persons->end(),
                      [&](const ChangePerson& person) { return person.index == index; });
}

absl::Status FinishChange(const std::vector<ChangePerson>& persons, ChangedHousehold* changed) {
  OpenHousehold& next = changed->next;
  next.survey.clear_members();
  next.stored.clear_persons();
  int heads = 0;
  std::set<std::string> subjects;
  for (const ChangePerson& person : persons) {
    heads += person.member.relation() == kHeadRelation ? 1 : 0;
    if (!person.subject.empty() && !subjects.insert(person.subject).second) {
      return Refuse("MEMBER_REPEATED", "member");
    }
    *next.survey.add_members() = person.member;
    next.stored.add_persons(person.subject);
  }
  if (persons.size() > static_cast<size_t>(kMaxMembers)) {
    return Refuse("MEMBERS_TOO_MANY", "member");
  }
  if (!persons.empty() && heads != 1) return Refuse("HEAD_NOT_ONE", "relations");
  next.stored.set_closed(persons.empty());
  changed->change.stored.set_closed(persons.empty());
  changed->change.stored.set_division_after(persons.empty() ? "" : next.survey.division());
  return absl::OkStatus();
}

absl::StatusOr<OpenHousehold> OtherHousehold(const HouseholdStore& households, const Scope& scope,
                                             const std::string& name, const rpc::Caller& caller,
                                             const std::string& than, const char* field,
                                             std::string* id) {
  RETURN_IF_ERROR(scope.Household(caller, name, field));
  ASSIGN_OR_RETURN(*id, ParseHouseholdName(name));
  if (TownshipOf(*id) != TownshipOf(than)) return Refuse("CHANGE_OTHER_TOWNSHIP", field);
  if (*id == than) return Refuse("CHANGE_MEMBER", field);
  ASSIGN_OR_RETURN(OpenHousehold household, households.Get(*id));
  if (household.stored.closed()) return Refuse("HOUSEHOLD_CLOSED", field);
  return household;
}

}  // namespace fupin::identification
