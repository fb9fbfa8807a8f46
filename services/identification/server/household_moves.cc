#include "services/identification/server/household_moves.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/codes/text.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/member_check.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxKeyBytes = 64;

}  // namespace

absl::Status HouseholdMoves::Relocate(const v1::RecordHouseholdChangeRequest& request,
                                      const rpc::Caller& caller, ChangeDraft* draft) const {
  if (request.to_division().empty() == request.destination().empty()) {
    return Refuse("CHANGE_DIVISION", "to_division");
  }
  if (!request.destination().empty()) {
    draft->persons.clear();
    return absl::OkStatus();
  }
  const auto place = divisions_->Find(request.to_division());
  if (!place) return Refuse("DIVISION_UNKNOWN", "to_division");
  const auto township = place->AncestorAt(partition_level_);
  if (!township || place->level() <= partition_level_) {
    return Refuse("DIVISION_TOO_HIGH", "to_division");
  }
  RETURN_IF_ERROR(desk_.scope().Division(caller, request.to_division(), "to_division"));
  if (request.to_division() == draft->main.before->survey.division()) {
    return Refuse("CHANGE_DIVISION", "to_division");
  }
  if (township->code() == TownshipOf(draft->main.id)) {
    draft->main.next.survey.set_division(request.to_division());
    return absl::OkStatus();
  }
  // Into another township: this household closes and goes on there under the key of that place.
  Transfer transfer;
  transfer.from = draft->main.id;
  transfer.to =
      absl::StrCat(township->code(), draft->main.id.substr(TownshipOf(draft->main.id).size()));
  ASSIGN_OR_RETURN(const auto there, households_.Find(transfer.to));
  if (there && !there->stored.closed()) return Refuse("HOUSEHOLD_EXISTS", "to_division");
  ChangedHousehold arriving = BeginChange(transfer.to, there, draft->main.change);
  const int64_t version = arriving.next.stored.version();
  arriving.next = *draft->main.before;
  arriving.next.stored.set_version(version);
  arriving.next.stored.set_receive_time_ms(draft->main.change.stored.record_ms());
  arriving.next.survey.set_division(request.to_division());
  LinkChanges(&draft->main, &arriving);
  for (const v1::SurveyMember& member : arriving.next.survey.members()) {
    if (member.relation() == kHeadRelation) draft->main.change.text.add_persons(member.name());
  }
  arriving.change.text = draft->main.change.text;
  arriving.change.stored.set_division_after(request.to_division());
  transfer.household = std::move(arriving.next);
  transfer.change = std::move(arriving.change);
  draft->transfer = std::move(transfer);
  draft->persons.clear();
  return absl::OkStatus();
}

absl::Status HouseholdMoves::Split(const v1::RecordHouseholdChangeRequest& request,
                                   const rpc::Caller& caller, ChangeDraft* draft) const {
  const v1::SplitOff& split = request.split();
  const std::string unit = TownshipOf(draft->main.id);
  const std::string division =
      split.division().empty() ? draft->main.before->survey.division() : split.division();
  if (split.source_key().empty() || split.source_key().size() > kMaxKeyBytes ||
      !codes::CheckText(split.source_key()).ok()) {
    return Refuse("CHANGE_SPLIT", "split.source_key");
  }
  const auto place = divisions_->Find(division);
  if (!place) return Refuse("DIVISION_UNKNOWN", "split.division");
  const auto township = place->AncestorAt(partition_level_);
  if (!township || township->code() != unit || place->level() <= partition_level_) {
    return Refuse("CHANGE_OTHER_TOWNSHIP", "split.division");
  }
  RETURN_IF_ERROR(desk_.scope().Division(caller, division, "split.division"));
  const std::string subject = desk_.subjects().Household(split.source_key());
  const std::string id = absl::StrCat(unit, "-", absl::BytesToHexString(subject.substr(0, 12)));
  ASSIGN_OR_RETURN(const auto there, households_.Find(id));
  if (there) return Refuse("HOUSEHOLD_EXISTS", "split.source_key");
  for (const int index : split.member_indexes()) {
    const auto person = FindPerson(&draft->persons, index);
    if (person == draft->persons.end()) return Refuse("CHANGE_SPLIT", "split.member_indexes");
    draft->main.change.text.add_persons(person->member.name());
    draft->other_persons.push_back(std::move(*person));
    draft->persons.erase(person);
  }
  if (draft->persons.empty() || draft->other_persons.empty()) {
    return Refuse("CHANGE_SPLIT", "split.member_indexes");
  }
  // The new household has been asked nothing yet: no answers of the old one, no visit of its own.
  draft->other = BeginChange(id, std::nullopt, draft->main.change);
  draft->other->next.survey.set_source_key(split.source_key());
  draft->other->next.survey.set_division(division);
  draft->other->next.stored.set_household_subject(subject);
  LinkChanges(&draft->main, &*draft->other);
  draft->status_to_other = draft->main.id;
  return absl::OkStatus();
}

absl::Status HouseholdMoves::Merge(const v1::RecordHouseholdChangeRequest& request,
                                   const rpc::Caller& caller, ChangeDraft* draft) const {
  std::string id;
  ASSIGN_OR_RETURN(const OpenHousehold other,
                   OtherHousehold(households_, desk_.scope(), request.other_household(), caller,
                                  draft->main.id, "other_household", &id));
  draft->other = BeginChange(id, other, draft->main.change);
  AddPersons(other, draft->main.before->survey.members_size(), &draft->persons);
  for (const v1::SurveyMember& member : other.survey.members()) {
    draft->main.change.text.add_persons(member.name());
    draft->other->change.text.add_persons(member.name());
  }
  LinkChanges(&*draft->other, &draft->main);
  draft->status_to_main = id;
  return absl::OkStatus();
}

}  // namespace fupin::identification
