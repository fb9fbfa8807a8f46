#include "services/identification/server/household_changes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/clock/clock.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/text.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/change_status.h"
#include "services/identification/server/change_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxReasonBytes = 2000;
const absl::CivilDay kOldest(1900, 1, 1);

bool IsText(const std::string& text) {
  return text.size() <= kMaxReasonBytes && codes::CheckText(text).ok();
}

}  // namespace

absl::Status HouseholdChanges::Decide(const v1::RecordHouseholdChangeRequest& request,
                                      const rpc::Caller& caller, ChangeDraft* draft) const {
  AddPersons(*draft->main.before, 0, &draft->persons);
  switch (request.kind()) {
    case v1::CHANGE_KIND_BIRTH:
    case v1::CHANGE_KIND_MARRIAGE_IN:
    case v1::CHANGE_KIND_MOVE_IN:
      RETURN_IF_ERROR(members_.Join(request, caller, draft));
      break;
    case v1::CHANGE_KIND_DEATH:
    case v1::CHANGE_KIND_MARRIAGE_OUT:
    case v1::CHANGE_KIND_MOVE_OUT:
      RETURN_IF_ERROR(members_.Leave(request, draft));
      break;
    case v1::CHANGE_KIND_HEAD:
      if (request.relations().empty()) return Refuse("CHANGE_RELATION", "relations");
      break;
    case v1::CHANGE_KIND_RELOCATION:
      RETURN_IF_ERROR(moves_.Relocate(request, caller, draft));
      break;
    case v1::CHANGE_KIND_SPLIT:
      RETURN_IF_ERROR(moves_.Split(request, caller, draft));
      break;
    case v1::CHANGE_KIND_MERGE:
      RETURN_IF_ERROR(moves_.Merge(request, caller, draft));
      break;
    case v1::CHANGE_KIND_CORRECTION:
      RETURN_IF_ERROR(members_.Correct(request, draft));
      break;
    default:
      return Refuse("CHANGE_KIND", "kind");
  }
  return members_.Relate(request, draft);
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
    return ShowChange(id, *made);
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
  ChangeDraft draft;
  draft.main = BeginChange(id, before, change);
  RETURN_IF_ERROR(Decide(request, caller, &draft));
  RETURN_IF_ERROR(FinishChange(draft.persons, &draft.main));
  ASSIGN_OR_RETURN(draft.main.known, store_.Registration(id));
  RegisterRow other_row;
  if (draft.other) {
    RETURN_IF_ERROR(FinishChange(draft.other_persons, &*draft.other));
    ASSIGN_OR_RETURN(other_row, store_.Registration(draft.other->id));
    draft.other->known = other_row;
  }
  if (draft.transfer) draft.transfer->registration = draft.main.known.stored;
  const auto procedures = desk_.procedures().current();
  const RegisterRow main_row = draft.main.known;
  RETURN_IF_ERROR(MoveStatus(store_, *procedures, draft.status_to_main, other_row, &draft.main));
  if (draft.other) {
    RETURN_IF_ERROR(
        MoveStatus(store_, *procedures, draft.status_to_other, main_row, &*draft.other));
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
  return ShowChange(id, draft.main.change);
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
    ChangedHousehold changed = BeginChange(transfer.to, there, transfer.change);
    const int64_t version = changed.next.stored.version();
    changed.next = transfer.household;
    changed.next.stored.set_version(version);
    changed.next.stored.clear_closed();
    ASSIGN_OR_RETURN(changed.known, store_.Registration(transfer.to));
    RegisterRow from;
    from.stored = transfer.registration;
    RETURN_IF_ERROR(
        MoveStatus(store_, *desk_.procedures().current(), transfer.from, from, &changed));
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

absl::StatusOr<v1::ListHouseholdChangesResponse> HouseholdChanges::List(
    const std::string& household) const {
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(household));
  RETURN_IF_ERROR(households_.Get(id).status());
  ASSIGN_OR_RETURN(const auto changes, store_.Of(id));
  v1::ListHouseholdChangesResponse response;
  for (const OpenChange& change : changes) *response.add_changes() = ShowChange(id, change);
  return response;
}

absl::StatusOr<v1::HouseholdVersion> HouseholdChanges::Version(const std::string& name) const {
  ASSIGN_OR_RETURN(const auto named, ParseVersionName(name));
  const auto& [id, number] = named;
  ASSIGN_OR_RETURN(const auto version, store_.Version(id, number));
  if (!version) return Refuse("VERSION_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const auto change, store_.Find(id, number));
  return ShowVersion(id, number, *version, change.has_value());
}

}  // namespace fupin::identification
