#include "services/identification/server/register_reader.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/clock/clock.h"
#include "libs/mask/mask.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/member_check.h"
#include "services/identification/server/register_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {

// An entry with its household, when that was surveyed.
struct RegisterReader::Seen {
  RegisterEntry entry;
  std::optional<OpenHousehold> household;
  std::string division;

  const v1::SurveyMember* head() const {
    if (!household || household->survey.members().empty()) return nullptr;
    const auto& members = household->survey.members();
    const auto found = std::find_if(members.begin(), members.end(),
                                    [](const auto& m) { return m.relation() == kHeadRelation; });
    return found == members.end() ? &members[0] : &*found;
  }
};

absl::StatusOr<RegisterReader::Seen> RegisterReader::See(RegisterEntry entry) const {
  Seen seen;
  ASSIGN_OR_RETURN(seen.household, households_.Find(entry.id));
  // Where nobody lives any more, it is where they lived.
  const bool lives = seen.household && !seen.household->stored.closed();
  seen.division = lives ? seen.household->survey.division() : entry.stored.division();
  seen.entry = std::move(entry);
  return seen;
}

std::string RegisterReader::NamesOf(const std::string& code, const std::string& between) const {
  std::string names;
  if (const auto division = divisions_->Find(code)) {
    for (const division::Division& part : division->Path()) {
      absl::StrAppend(&names, names.empty() ? "" : between, part.name());
    }
  }
  return names;
}

v1::Registration RegisterReader::Show(const Seen& seen) const {
  const store::StoredRegistration& stored = seen.entry.stored;
  const auto procedures = procedures_.current();
  const auto known = knowledge_.current();
  v1::Registration out;
  out.set_household(HouseholdName(seen.entry.id));
  out.set_card_number(stored.card_number());
  out.set_status(stored.status());
  const auto name_status = [&](const std::string& code, auto* to) {
    if (const auto* status = procedures->FindStatus(code)) {
      to->set_status_zh(status->name.zh);
      to->set_status_en(status->name.en);
    }
  };
  name_status(stored.status(), &out);
  for (const store::StoredStatusChange& change : stored.changes()) {
    v1::StatusChange* made = out.add_changes();
    made->set_status(change.status());
    name_status(change.status(), made);
    *made->mutable_time() = ToTimestampMs(change.time_ms());
    if (!change.case_().empty()) made->set_case_(CaseName(change.case_()));
    made->set_procedure(change.procedure());
    for (const procedure::Procedure& procedure : procedures->procedures()) {
      if (procedure.id != change.procedure()) continue;
      made->set_procedure_zh(procedure.name.zh);
      made->set_procedure_en(procedure.name.en);
    }
    made->set_change(change.change());
    if (!change.inherited_from().empty()) {
      made->set_inherited_from(HouseholdName(change.inherited_from()));
    }
    made->set_imported(change.import() > 0);
  }
  out.set_poverty_class(static_cast<v1::PovertyClass>(stored.class_at_registration()));
  if (stored.class_at_registration() > 0) {
    out.set_index_centipoints(stored.index_at_registration());
  }
  out.set_catalog(stored.catalog());
  out.set_catalog_version(stored.catalog_version());
  out.set_main_cause(stored.main_cause());
  out.set_main_cause_zh(CodeWord(*known->contracts, kCauseList, stored.main_cause()));
  for (const std::string& cause : stored.other_causes()) {
    out.add_other_causes(cause);
    out.add_other_causes_zh(CodeWord(*known->contracts, kCauseList, cause));
  }
  out.set_division(seen.division);
  if (const auto division = divisions_->Find(seen.division)) {
    for (const division::Division& part : division->Path()) {
      out.add_division_names(std::string(part.name()));
    }
  }
  out.set_surveyed(seen.household.has_value());
  out.set_closed(seen.household && seen.household->stored.closed());
  const v1::SurveyMember* head = seen.head();
  out.set_head_name_masked(head == nullptr ? stored.head_masked() : mask::Name(head->name()));
  out.set_person_count(seen.household ? seen.household->survey.members_size()
                                      : stored.person_count());
  for (const store::StoredImport& import : stored.imports()) {
    v1::ImportSource* made = out.add_imports();
    made->set_importer(import.importer());
    *made->mutable_import_time() = ToTimestampMs(import.time_ms());
    made->set_file_hash(import.file_hash());
    made->set_line(import.line());
  }
  return out;
}

absl::Status RegisterReader::Visible(const std::string& id, const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const auto household, households_.Find(id));
  if (household) {
    return scope_.Reaches(caller, household->survey.division())
               ? absl::OkStatus()
               : Refuse("HOUSEHOLD_NOT_FOUND", "household");
  }
  ASSIGN_OR_RETURN(const auto entry, entries_.Find(id));
  return entry && scope_.Reaches(caller, entry->stored.division())
             ? absl::OkStatus()
             : Refuse("HOUSEHOLD_NOT_FOUND", "household");
}

absl::StatusOr<v1::Registration> RegisterReader::Get(const std::string& name,
                                                     const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(name));
  ASSIGN_OR_RETURN(auto entry, entries_.Find(id));
  if (!entry) return Refuse("REGISTRATION_NOT_FOUND", "household");
  ASSIGN_OR_RETURN(const Seen seen, See(*std::move(entry)));
  if (!scope_.Reaches(caller, seen.division)) return Refuse("REGISTRATION_NOT_FOUND", "household");
  v1::Registration out = Show(seen);
  if (!seen.household) return out;
  const auto known = knowledge_.current();
  for (const v1::SurveyMember& member : seen.household->survey.members()) {
    v1::RegisteredPerson* person = out.add_members();
    person->set_name(member.name());
    person->set_masked_citizen_number(mask::CitizenNumber(member.citizen_number()));
    person->set_relation(member.relation());
    person->set_relation_zh(CodeWord(*known->contracts, "gb.relation", member.relation()));
    person->set_sex(member.sex());
    person->set_birth_date(member.birth_date());
  }
  ASSIGN_OR_RETURN(const auto changes, changes_.Of(id));
  for (const OpenChange& change : changes) {
    for (const std::string& parent : change.stored.parents()) out.add_parents(parent);
    for (const std::string& child : change.stored.children()) out.add_children(child);
  }
  return out;
}

absl::StatusOr<v1::ListRegistrationsResponse> RegisterReader::List(
    const v1::ListRegistrationsRequest& request) const {
  const auto division = divisions_->Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  v1::ListRegistrationsResponse response;
  ASSIGN_OR_RETURN(
      const std::string next,
      listings_.Walk(*division, kRegister, "", request.page_token(),
                     absl::StrCat("register/", request.division(), "/", request.status()),
                     Listings::PageSize(request.page_size()),
                     [&](const std::string& key) -> absl::StatusOr<bool> {
                       ASSIGN_OR_RETURN(auto entry, entries_.Find(key));
                       if (!entry || (!request.status().empty() &&
                                      entry->stored.status() != request.status())) {
                         return false;
                       }
                       ASSIGN_OR_RETURN(const Seen seen, See(*std::move(entry)));
                       const auto place = divisions_->Find(seen.division);
                       if (!place || !place->IsUnder(*division)) return false;
                       *response.add_registrations() = Show(seen);
                       return true;
                     }));
  response.set_next_page_token(next);
  return response;
}

absl::StatusOr<v1::RegisterLine> RegisterReader::Line(const Seen& seen, bool with_numbers) const {
  const store::StoredRegistration& stored = seen.entry.stored;
  const auto known = knowledge_.current();
  const auto procedures = procedures_.current();
  v1::RegisterLine line;
  line.set_card_number(stored.card_number());
  line.set_division(seen.division);
  line.set_division_names(NamesOf(seen.division, "/"));
  const v1::SurveyMember* head = seen.head();
  store::RegisteredHead taken;
  if (head != nullptr) {
    taken.set_name(head->name());
    taken.set_citizen_number(head->citizen_number());
  } else {
    ASSIGN_OR_RETURN(taken, entries_.Head(seen.entry));
  }
  line.set_head_name(with_numbers ? taken.name() : mask::Name(taken.name()));
  line.set_head_citizen_number(with_numbers ? taken.citizen_number()
                                            : mask::CitizenNumber(taken.citizen_number()));
  line.set_person_count(seen.household ? seen.household->survey.members_size()
                                       : stored.person_count());
  line.set_archived(stored.status().empty());
  for (const store::StoredStatusChange& change : stored.changes()) {
    // Not that the entry went away, or went on in the household that was surveyed later.
    if (change.status().empty() || (change.import() > 0 && !change.inherited_from().empty())) {
      continue;
    }
    v1::RegisterLineStatus* status = line.add_statuses();
    status->set_date(
        absl::FormatTime("%Y-%m-%d", absl::FromUnixMillis(change.time_ms()), Shanghai()));
    const auto* known_status = procedures->FindStatus(change.status());
    status->set_status(known_status == nullptr ? change.status() : known_status->name.zh);
  }
  line.set_main_cause(CodeWord(*known->contracts, kCauseList, stored.main_cause()));
  for (const std::string& cause : stored.other_causes()) {
    line.add_other_causes(CodeWord(*known->contracts, kCauseList, cause));
  }
  line.set_household(HouseholdName(seen.entry.id));
  line.set_surveyed(seen.household.has_value());
  line.set_imported(!stored.imports().empty());
  if (stored.class_at_registration() > 0) {
    line.set_poverty_class(ClassWord(stored.class_at_registration()));
    line.set_index(IndexText(stored.index_at_registration()));
  }
  return line;
}

absl::StatusOr<v1::ExportRegistrationsResponse> RegisterReader::Export(
    const v1::ExportRegistrationsRequest& request) const {
  const auto division = divisions_->Find(request.division());
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  v1::ExportRegistrationsResponse response;
  ASSIGN_OR_RETURN(const std::string next,
                   listings_.Walk(*division, kRegister, "", request.page_token(),
                                  absl::StrCat("register-table/", request.division()),
                                  Listings::PageSize(request.page_size()),
                                  [&](const std::string& key) -> absl::StatusOr<bool> {
                                    ASSIGN_OR_RETURN(auto entry, entries_.Find(key));
                                    if (!entry) return false;
                                    ASSIGN_OR_RETURN(const Seen seen, See(*std::move(entry)));
                                    const auto place = divisions_->Find(seen.division);
                                    if (!place || !place->IsUnder(*division)) return false;
                                    ASSIGN_OR_RETURN(*response.add_lines(),
                                                     Line(seen, request.with_numbers()));
                                    return true;
                                  }));
  response.set_next_page_token(next);
  return response;
}

}  // namespace fupin::identification
