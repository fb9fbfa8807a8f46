#include "services/identification/server/household_changes.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/text.h"
#include "libs/mask/mask.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/member_check.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxReasonBytes = 2000;
constexpr size_t kMaxKeyBytes = 64;
constexpr absl::string_view kVersions = "/versions/";
constexpr absl::string_view kChangesPart = "/changes/";
const absl::CivilDay kOldest(1900, 1, 1);

bool IsText(const std::string& text) {
  return text.size() <= kMaxReasonBytes && codes::CheckText(text).ok();
}

std::string VersionName(const std::string& household, int64_t version) {
  return absl::StrCat(HouseholdName(household), kVersions, version);
}

std::string ChangeName(const std::string& household, int64_t version) {
  return absl::StrCat(HouseholdName(household), kChangesPart, version);
}

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

struct HouseholdChanges::Draft {
  ChangedHousehold main;
  std::vector<Person> persons;
  std::optional<ChangedHousehold> other;  // of the same township
  std::vector<Person> other_persons;
  std::optional<Transfer> transfer;
  std::string status_to_main;   // id of the household whose status it may inherit
  std::string status_to_other;  // the same
};

namespace {

template <typename Persons>
void AddPersons(const OpenHousehold& household, int first_index, Persons* persons) {
  for (int i = 0; i < household.survey.members_size(); ++i) {
    persons->push_back({household.survey.members(i), household.stored.persons(i), first_index + i});
  }
}

template <typename Persons>
auto FindPerson(Persons* persons, int index) {
  return std::find_if(persons->begin(), persons->end(),
                      [&](const auto& person) { return person.index == index; });
}

// The next version of a household, as it was so far.
ChangedHousehold Begin(const std::string& id, const std::optional<OpenHousehold>& before,
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

void Link(ChangedHousehold* from, ChangedHousehold* to) {
  from->change.stored.add_children(VersionName(to->id, to->next.stored.version()));
  to->change.stored.add_parents(VersionName(from->id, from->before->stored.version()));
}

}  // namespace

absl::Status HouseholdChanges::NotElsewhere(const std::string& subject,
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

absl::StatusOr<OpenHousehold> HouseholdChanges::Other(const std::string& name,
                                                      const rpc::Caller& caller,
                                                      const std::string& than, const char* field,
                                                      std::string* id) const {
  RETURN_IF_ERROR(desk_.scope().Household(caller, name, field));
  ASSIGN_OR_RETURN(*id, ParseHouseholdName(name));
  if (TownshipOf(*id) != TownshipOf(than)) return Refuse("CHANGE_OTHER_TOWNSHIP", field);
  if (*id == than) return Refuse("CHANGE_MEMBER", field);
  ASSIGN_OR_RETURN(OpenHousehold household, households_.Get(*id));
  if (household.stored.closed()) return Refuse("HOUSEHOLD_CLOSED", field);
  return household;
}

absl::Status HouseholdChanges::Join(const v1::RecordHouseholdChangeRequest& request,
                                    const rpc::Caller& caller, Draft* draft) const {
  const int index = draft->main.before->survey.members_size();
  std::vector<std::string> allowed = {draft->main.id};
  Person joining;
  joining.index = index;
  if (!request.from_household().empty()) {
    if (request.kind() == v1::CHANGE_KIND_BIRTH) return Refuse("CHANGE_KIND", "from_household");
    std::string from;
    ASSIGN_OR_RETURN(const OpenHousehold other, Other(request.from_household(), caller,
                                                      draft->main.id, "from_household", &from));
    draft->other = Begin(from, other, draft->main.change);
    draft->other->change.stored.set_kind(LeavingOf(request.kind()));
    AddPersons(other, 0, &draft->other_persons);
    const auto leaving = FindPerson(&draft->other_persons, request.member_index());
    if (leaving == draft->other_persons.end()) return Refuse("CHANGE_MEMBER", "member_index");
    joining.member = leaving->member;
    joining.subject = leaving->subject;
    joining.member.set_relation(request.member().relation());
    draft->other_persons.erase(leaving);
    Link(&*draft->other, &draft->main);
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

absl::Status HouseholdChanges::Correct(const v1::RecordHouseholdChangeRequest& request,
                                       Draft* draft) const {
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

absl::Status HouseholdChanges::Relocate(const v1::RecordHouseholdChangeRequest& request,
                                        const rpc::Caller& caller, Draft* draft) const {
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
  ChangedHousehold arriving = Begin(transfer.to, there, draft->main.change);
  const int64_t version = arriving.next.stored.version();
  arriving.next = *draft->main.before;
  arriving.next.stored.set_version(version);
  arriving.next.stored.set_receive_time_ms(draft->main.change.stored.record_ms());
  arriving.next.survey.set_division(request.to_division());
  Link(&draft->main, &arriving);
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

absl::Status HouseholdChanges::Split(const v1::RecordHouseholdChangeRequest& request,
                                     const rpc::Caller& caller, Draft* draft) const {
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
  draft->other = Begin(id, std::nullopt, draft->main.change);
  draft->other->next.survey.set_source_key(split.source_key());
  draft->other->next.survey.set_division(division);
  draft->other->next.stored.set_household_subject(subject);
  Link(&draft->main, &*draft->other);
  draft->status_to_other = draft->main.id;
  return absl::OkStatus();
}

absl::Status HouseholdChanges::Merge(const v1::RecordHouseholdChangeRequest& request,
                                     const rpc::Caller& caller, Draft* draft) const {
  std::string id;
  ASSIGN_OR_RETURN(const OpenHousehold other, Other(request.other_household(), caller,
                                                    draft->main.id, "other_household", &id));
  draft->other = Begin(id, other, draft->main.change);
  AddPersons(other, draft->main.before->survey.members_size(), &draft->persons);
  for (const v1::SurveyMember& member : other.survey.members()) {
    draft->main.change.text.add_persons(member.name());
    draft->other->change.text.add_persons(member.name());
  }
  Link(&*draft->other, &draft->main);
  draft->status_to_main = id;
  return absl::OkStatus();
}

absl::Status HouseholdChanges::Decide(const v1::RecordHouseholdChangeRequest& request,
                                      const rpc::Caller& caller, Draft* draft) const {
  AddPersons(*draft->main.before, 0, &draft->persons);
  switch (request.kind()) {
    case v1::CHANGE_KIND_BIRTH:
    case v1::CHANGE_KIND_MARRIAGE_IN:
    case v1::CHANGE_KIND_MOVE_IN:
      RETURN_IF_ERROR(Join(request, caller, draft));
      break;
    case v1::CHANGE_KIND_DEATH:
    case v1::CHANGE_KIND_MARRIAGE_OUT:
    case v1::CHANGE_KIND_MOVE_OUT: {
      const auto person = FindPerson(&draft->persons, request.member_index());
      if (person == draft->persons.end()) return Refuse("CHANGE_MEMBER", "member_index");
      RETURN_IF_ERROR(NotBeforeBirth(person->member, request.date()));
      draft->main.change.text.add_persons(person->member.name());
      draft->persons.erase(person);
      break;
    }
    case v1::CHANGE_KIND_HEAD:
      if (request.relations().empty()) return Refuse("CHANGE_RELATION", "relations");
      break;
    case v1::CHANGE_KIND_RELOCATION:
      RETURN_IF_ERROR(Relocate(request, caller, draft));
      break;
    case v1::CHANGE_KIND_SPLIT:
      RETURN_IF_ERROR(Split(request, caller, draft));
      break;
    case v1::CHANGE_KIND_MERGE:
      RETURN_IF_ERROR(Merge(request, caller, draft));
      break;
    case v1::CHANGE_KIND_CORRECTION:
      RETURN_IF_ERROR(Correct(request, draft));
      break;
    default:
      return Refuse("CHANGE_KIND", "kind");
  }
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

absl::Status HouseholdChanges::Finish(const std::vector<Person>& persons,
                                      ChangedHousehold* changed) {
  OpenHousehold& next = changed->next;
  next.survey.clear_members();
  next.stored.clear_persons();
  int heads = 0;
  std::set<std::string> subjects;
  for (const Person& person : persons) {
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

absl::Status HouseholdChanges::Register(const std::string& status_from, const RegisterRow& from,
                                        ChangedHousehold* changed) const {
  if (!changed->known.row) {
    ASSIGN_OR_RETURN(changed->known, store_.Registration(changed->id));
  }
  const std::string before = changed->known.stored ? changed->known.stored->status() : "";
  const std::string inherited =
      before.empty() && from.stored && !status_from.empty() ? from.stored->status() : "";
  store::StoredChange& change = changed->change.stored;
  const bool closed = change.closed();
  const std::string after = closed ? "" : before.empty() ? inherited : before;
  change.set_status(after);
  if (after == before) {
    // A household that moves within its township keeps its place in the register up to date.
    if (changed->known.stored &&
        changed->known.stored->division() != changed->next.survey.division()) {
      changed->registration = *changed->known.stored;
      changed->registration->set_division(changed->next.survey.division());
    }
    return absl::OkStatus();
  }
  store::StoredRegistration row = changed->known.stored.value_or(store::StoredRegistration());
  if (!inherited.empty()) {
    if (row.card_number().empty()) row.set_card_number(changed->id);
    row.set_class_at_registration(from.stored->class_at_registration());
    row.set_index_at_registration(from.stored->index_at_registration());
    row.set_catalog(from.stored->catalog());
    row.set_catalog_version(from.stored->catalog_version());
    row.set_main_cause(from.stored->main_cause());
    row.mutable_other_causes()->CopyFrom(from.stored->other_causes());
    change.set_status_from(HouseholdName(status_from));
  }
  row.set_status(after);
  row.set_division(changed->next.survey.division());
  store::StoredStatusChange* status = row.add_changes();
  status->set_status(after);
  status->set_time_ms(change.record_ms());
  status->set_change(ChangeName(changed->id, change.version_after()));
  if (!inherited.empty()) status->set_inherited_from(status_from);
  v1::CaseMoved moved;
  moved.set_household(HouseholdName(changed->id));
  moved.set_division(changed->next.survey.division());
  moved.set_status(after);
  moved.set_status_before(before);
  moved.set_status_version(row.changes_size());
  moved.set_person_count(changed->next.survey.members_size());
  *moved.mutable_time() = ToTimestampMs(change.record_ms());
  const auto procedures = desk_.procedures().current();
  if (const auto* given = procedures->FindStatus(after)) {
    moved.set_standing(static_cast<fupin::procedure::v1::Standing>(given->standing));
  }
  if (!row.main_cause().empty()) moved.add_causes(row.main_cause());
  for (const std::string& cause : row.other_causes()) moved.add_causes(cause);
  changed->registration = std::move(row);
  changed->moved = std::move(moved);
  return absl::OkStatus();
}

absl::Status HouseholdChanges::Settle(const std::vector<std::string>& households) {
  for (const std::string& household : households) {
    ASSIGN_OR_RETURN(const auto marks, households_.Link(household));
    scorer_.Notify(marks);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::HouseholdChange> HouseholdChanges::Record(
    const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller) {
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(request.household()));
  v1::RecordHouseholdChangeRequest asked = request;
  asked.clear_etag();
  const std::string content = desk_.subjects().Content(asked.SerializeAsString());
  ASSIGN_OR_RETURN(const auto answered, households_.Request(TownshipOf(id), request.request_id()));
  if (answered) {
    if (answered->content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    ASSIGN_OR_RETURN(const auto made, store_.Find(id, answered->version()));
    if (!made) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    return Show(id, *made);
  }
  ASSIGN_OR_RETURN(const OpenHousehold before, households_.Get(id));
  if (before.stored.closed()) return Refuse("HOUSEHOLD_CLOSED", "household");
  if (!request.etag().empty() && request.etag() != absl::StrCat(before.stored.version())) {
    return Refuse("HOUSEHOLD_MOVED", "etag");
  }
  const absl::Time now = desk_.Now();
  const auto date = codes::ParseDate(request.date());
  if (!date.ok() || *date < kOldest) return Refuse("CHANGE_DATE", "date");
  if (*date > absl::ToCivilDay(now, Shanghai())) return Refuse("CHANGE_DATE_FUTURE", "date");
  if (request.evidence() == v1::EVIDENCE_KIND_UNSPECIFIED ||
      !v1::EvidenceKind_IsValid(request.evidence())) {
    return Refuse("CHANGE_EVIDENCE", "evidence");
  }
  if (request.reason().empty() || !IsText(request.reason())) {
    return Refuse("CHANGE_REASON", "reason");
  }
  if (!IsText(request.destination())) return Refuse("CHANGE_REASON", "destination");

  OpenChange change;
  change.stored.set_kind(request.kind());
  change.stored.set_date(absl::FormatCivilTime(*date));
  change.stored.set_evidence(request.evidence());
  change.stored.set_recorder(caller.principal.id);
  change.stored.set_recorder_level(desk_.LevelName(desk_.ActorOf(caller).level));
  change.stored.set_record_ms(absl::ToUnixMillis(now));
  change.text.set_reason(request.reason());
  change.text.set_destination(request.destination());
  Draft draft;
  draft.main = Begin(id, before, change);
  RETURN_IF_ERROR(Decide(request, caller, &draft));
  RETURN_IF_ERROR(Finish(draft.persons, &draft.main));
  ASSIGN_OR_RETURN(draft.main.known, store_.Registration(id));
  RegisterRow other_row;
  if (draft.other) {
    RETURN_IF_ERROR(Finish(draft.other_persons, &*draft.other));
    ASSIGN_OR_RETURN(other_row, store_.Registration(draft.other->id));
    draft.other->known = other_row;
  }
  if (draft.transfer) draft.transfer->registration = draft.main.known.stored;
  const RegisterRow main_row = draft.main.known;
  RETURN_IF_ERROR(Register(draft.status_to_main, other_row, &draft.main));
  if (draft.other) {
    RETURN_IF_ERROR(Register(draft.status_to_other, main_row, &*draft.other));
  }
  store::StoredRequest answer;
  answer.set_household(HouseholdName(id));
  answer.set_version(draft.main.next.stored.version());
  answer.set_content_hash(content);
  std::vector<ChangedHousehold> changed = {draft.main};
  std::vector<std::string> ids = {id};
  if (draft.other) {
    changed.push_back(*draft.other);
    ids.push_back(draft.other->id);
  }
  RETURN_IF_ERROR(store_.Commit(changed, request.request_id(), answer, draft.transfer));
  RETURN_IF_ERROR(Settle(ids));
  if (draft.transfer) RETURN_IF_ERROR(Arrive(*draft.transfer));
  return Show(id, draft.main.change);
}

absl::Status HouseholdChanges::Arrive(const Transfer& transfer) {
  ASSIGN_OR_RETURN(const auto there, households_.Find(transfer.to));
  bool arrived = false;
  if (there) {
    ASSIGN_OR_RETURN(const auto changes, store_.Of(transfer.to));
    arrived = std::any_of(changes.begin(), changes.end(), [&](const OpenChange& each) {
      return !each.stored.parents().empty() &&
             each.stored.parents(0) == transfer.change.stored.parents(0);
    });
  }
  if (!arrived) {
    ChangedHousehold changed = Begin(transfer.to, there, transfer.change);
    const int64_t version = changed.next.stored.version();
    changed.next = transfer.household;
    changed.next.stored.set_version(version);
    changed.next.stored.clear_closed();
    ASSIGN_OR_RETURN(changed.known, store_.Registration(transfer.to));
    RegisterRow from;
    from.stored = transfer.registration;
    RETURN_IF_ERROR(Register(transfer.from, from, &changed));
    if (changed.registration && transfer.registration) {
      // The whole history comes along, that of the place it comes from first.
      store::StoredRegistration row = *transfer.registration;
      row.set_division(changed.registration->division());
      row.mutable_changes()->MergeFrom(changed.registration->changes());
      changed.moved->set_status_version(row.changes_size());
      changed.registration = std::move(row);
    }
    RETURN_IF_ERROR(store_.Commit({changed}, "", {}, std::nullopt));
  }
  RETURN_IF_ERROR(Settle({transfer.to}));
  return store_.Arrived(transfer);
}

absl::Status HouseholdChanges::Start() {
  ASSIGN_OR_RETURN(const auto transfers, store_.Transfers());
  for (const Transfer& transfer : transfers) RETURN_IF_ERROR(Arrive(transfer));
  return absl::OkStatus();
}

v1::HouseholdChange HouseholdChanges::Show(const std::string& household, const OpenChange& change) {
  const store::StoredChange& stored = change.stored;
  v1::HouseholdChange out;
  out.set_name(ChangeName(household, stored.version_after()));
  out.set_household(HouseholdName(household));
  out.set_kind(static_cast<v1::ChangeKind>(stored.kind()));
  out.set_date(stored.date());
  out.set_evidence(static_cast<v1::EvidenceKind>(stored.evidence()));
  out.set_reason(change.text.reason());
  out.set_destination(change.text.destination());
  out.set_recorder(stored.recorder());
  out.set_recorder_level(stored.recorder_level());
  *out.mutable_record_time() = ToTimestampMs(stored.record_ms());
  out.set_version_before(stored.version_before());
  out.set_version_after(stored.version_after());
  for (const std::string& name : change.text.persons()) out.add_persons_masked(mask::Name(name));
  out.mutable_parents()->CopyFrom(stored.parents());
  out.mutable_children()->CopyFrom(stored.children());
  out.set_division_before(stored.division_before());
  out.set_division_after(stored.division_after());
  out.set_closed(stored.closed());
  out.set_status(stored.status());
  out.set_status_from(stored.status_from());
  out.set_etag(absl::StrCat(stored.version_after()));
  return out;
}

absl::StatusOr<v1::ListHouseholdChangesResponse> HouseholdChanges::List(
    const std::string& household) const {
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(household));
  RETURN_IF_ERROR(households_.Get(id).status());
  ASSIGN_OR_RETURN(const auto changes, store_.Of(id));
  v1::ListHouseholdChangesResponse response;
  for (const OpenChange& change : changes) *response.add_changes() = Show(id, change);
  return response;
}

std::string HouseholdChanges::HouseholdOfVersion(const std::string& name) {
  return name.substr(0, name.find(kVersions.data()));
}

absl::StatusOr<v1::HouseholdVersion> HouseholdChanges::Version(const std::string& name) const {
  const std::string household = HouseholdOfVersion(name);
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(household));
  int64_t number = 0;
  if (household == name ||
      !absl::SimpleAtoi(name.substr(household.size() + kVersions.size()), &number) || number < 1) {
    return Refuse("VERSION_NOT_FOUND", "name");
  }
  ASSIGN_OR_RETURN(const auto version, store_.Version(id, number));
  if (!version) return Refuse("VERSION_NOT_FOUND", "name");
  v1::HouseholdVersion out;
  out.set_name(VersionName(id, number));
  out.set_household(HouseholdName(id));
  out.set_version(number);
  out.set_division(version->survey.division());
  for (const v1::SurveyMember& in : version->survey.members()) {
    v1::HouseholdMember* member = out.add_members();
    member->set_name(in.name());
    member->set_masked_citizen_number(mask::CitizenNumber(in.citizen_number()));
    member->set_relation(in.relation());
    member->set_sex(in.sex());
    member->set_birth_date(in.birth_date());
    *member->mutable_answers() = in.answers();
  }
  out.set_closed(version->stored.closed());
  *out.mutable_record_time() = ToTimestampMs(version->stored.receive_time_ms());
  ASSIGN_OR_RETURN(const auto change, store_.Find(id, number));
  if (change) out.set_change(ChangeName(id, number));
  return out;
}

}  // namespace fupin::identification
