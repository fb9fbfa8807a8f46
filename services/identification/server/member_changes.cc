#include "services/identification/server/member_changes.h"

#include <algorithm>
#include <utility>

#include "absl/time/civil_time.h"
#include "libs/clock/clock.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/member_check.h"

namespace fupin::identification {
namespace {

// What is recorded of the household somebody leaves when another one takes the person in.
v1::ChangeKind LeavingOf(v1::ChangeKind joining) {
  return joining == v1::CHANGE_KIND_MARRIAGE_IN ? v1::CHANGE_KIND_MARRIAGE_OUT
                                                : v1::CHANGE_KIND_MOVE_OUT;
}

absl::Status NotBeforeBirth(const v1::SurveyMember& member, const std::string& date) {
  // Both are YYYY-MM-DD.
  return !member.birth_date().empty() && date < member.birth_date()
             ? Refuse("CHANGE_DATE_BEFORE_BIRTH", "date")
             : absl::OkStatus();
}

}  // namespace

absl::Status MemberChanges::NotElsewhere(const std::string& subject,
                                         const std::vector<std::string>& allowed,
                                         bool even_so) const {
  if (subject.empty() || even_so) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto linked, households_.LinkedTo(subject));
  for (const std::string& household : linked) {
    if (std::find(allowed.begin(), allowed.end(), household) == allowed.end()) {
      return Refuse("PERSON_ELSEWHERE", "member");
    }
  }
  return absl::OkStatus();
}

absl::Status MemberChanges::Join(const v1::RecordHouseholdChangeRequest& request,
                                 const rpc::Caller& caller, ChangeDraft* draft) const {
  const int index = draft->main.before->survey.members_size();
  std::vector<std::string> allowed = {draft->main.id};
  ChangePerson joining;
  joining.index = index;
  if (!request.from_household().empty()) {
    if (request.kind() == v1::CHANGE_KIND_BIRTH) return Refuse("CHANGE_KIND", "from_household");
    std::string from;
    ASSIGN_OR_RETURN(const OpenHousehold other,
                     OtherHousehold(households_, desk_.scope(), request.from_household(), caller,
                                    draft->main.id, "from_household", &from));
    draft->other = BeginChange(from, other, draft->main.change);
    draft->other->change.stored.set_kind(LeavingOf(request.kind()));
    AddPersons(other, 0, &draft->other_persons);
    const auto leaving = FindPerson(&draft->other_persons, request.member_index());
    if (leaving == draft->other_persons.end()) return Refuse("CHANGE_MEMBER", "member_index");
    joining.member = leaving->member;
    joining.subject = leaving->subject;
    joining.member.set_relation(request.member().relation());
    draft->other_persons.erase(leaving);
    LinkChanges(&*draft->other, &draft->main);
    allowed.push_back(from);
  } else {
    joining.member = request.member();
    std::vector<Problem> problems;
    const auto known = knowledge_.current();
    const absl::CivilDay today = absl::ToCivilDay(desk_.Now(), Shanghai());
    if (request.kind() == v1::CHANGE_KIND_BIRTH && joining.member.birth_date().empty()) {
      joining.member.set_birth_date(request.date());
    }
    joining.subject =
        CheckMember(*known, desk_.subjects(), today, "member.", &joining.member, &problems);
    if (!problems.empty()) {
      return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
    }
  }
  if (request.kind() == v1::CHANGE_KIND_BIRTH && joining.member.birth_date() != request.date()) {
    return Refuse("CHANGE_DATE", "date");
  }
  RETURN_IF_ERROR(NotBeforeBirth(joining.member, request.date()));
  RETURN_IF_ERROR(NotElsewhere(joining.subject, allowed, request.even_if_elsewhere()));
  draft->main.change.text.add_persons(joining.member.name());
  if (draft->other) draft->other->change.text.add_persons(joining.member.name());
  draft->persons.push_back(std::move(joining));
  return absl::OkStatus();
}

absl::Status MemberChanges::Leave(const v1::RecordHouseholdChangeRequest& request,
                                  ChangeDraft* draft) const {
  const auto person = FindPerson(&draft->persons, request.member_index());
  if (person == draft->persons.end()) return Refuse("CHANGE_MEMBER", "member_index");
  RETURN_IF_ERROR(NotBeforeBirth(person->member, request.date()));
  draft->main.change.text.add_persons(person->member.name());
  draft->persons.erase(person);
  return absl::OkStatus();
}

absl::Status MemberChanges::Correct(const v1::RecordHouseholdChangeRequest& request,
                                    ChangeDraft* draft) const {
  const auto person = FindPerson(&draft->persons, request.member_index());
  if (person == draft->persons.end()) return Refuse("CHANGE_MEMBER", "member_index");
  v1::SurveyMember member = request.member();
  if (member.answers().empty()) *member.mutable_answers() = person->member.answers();
  std::vector<Problem> problems;
  const auto known = knowledge_.current();
  const absl::CivilDay today = absl::ToCivilDay(desk_.Now(), Shanghai());
  std::string subject = CheckMember(*known, desk_.subjects(), today, "member.", &member, &problems);
  if (!problems.empty()) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
  }
  RETURN_IF_ERROR(NotElsewhere(subject, {draft->main.id}, request.even_if_elsewhere()));
  draft->main.change.text.add_persons(person->member.name());
  person->member = std::move(member);
  person->subject = std::move(subject);
  return absl::OkStatus();
}

absl::Status MemberChanges::Relate(const v1::RecordHouseholdChangeRequest& request,
                                   ChangeDraft* draft) const {
  const auto known = knowledge_.current();
  for (const v1::MemberRelation& relation : request.relations()) {
    auto person = FindPerson(&draft->persons, relation.member_index());
    bool found = person != draft->persons.end();
    // Of a household that is left behind the indexes are its own.
    if (!found && request.kind() == v1::CHANGE_KIND_SPLIT) {
      person = FindPerson(&draft->other_persons, relation.member_index());
      found = person != draft->other_persons.end();
    }
    if (!found || !IsRelation(*known->contracts, relation.relation())) {
      return Refuse("CHANGE_RELATION", "relations");
    }
    person->member.set_relation(relation.relation());
  }
  return absl::OkStatus();
}

}  // namespace fupin::identification
