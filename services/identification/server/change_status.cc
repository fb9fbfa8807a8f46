#include "services/identification/server/change_status.h"

#include <utility>

#include "libs/status/macros.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/change_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {

absl::Status MoveStatus(const ChangeStore& store, const procedure::ProcedureSet& procedures,
                        const std::string& status_from, const RegisterRow& from,
                        ChangedHousehold* changed) {
  if (!changed->known.row) {
    ASSIGN_OR_RETURN(changed->known, store.Registration(changed->id));
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
  if (const auto* given = procedures.FindStatus(after)) {
    moved.set_standing(static_cast<fupin::procedure::v1::Standing>(given->standing));
  }
  if (!row.main_cause().empty()) moved.add_causes(row.main_cause());
  for (const std::string& cause : row.other_causes()) moved.add_causes(cause);
  changed->registration = std::move(row);
  changed->moved = std::move(moved);
  return absl::OkStatus();
}

}  // namespace fupin::identification
