#include "services/identification/server/scope.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

bool Bounded(const rpc::Caller& caller) { return caller.principal.role == type::v1::ROLE_OFFICER; }

}  // namespace

bool Scope::Reaches(const rpc::Caller& caller, absl::string_view code) const {
  if (!Bounded(caller)) return true;
  // An officer of no division reaches nothing; the tree takes none for no bounds.
  return !caller.principal.division.empty() && divisions_->Reaches(caller.principal.division, code);
}

absl::Status Scope::Division(const rpc::Caller& caller, absl::string_view code,
                             absl::string_view field) const {
  const auto division = divisions_->Find(code);
  if (!division) return Refuse("DIVISION_UNKNOWN", field);
  if (Reaches(caller, code)) return absl::OkStatus();
  return Refuse("DIVISION_NOT_YOURS", field,
                absl::StrCat(division->name(), " (", division->code(), ")"));
}

absl::Status Scope::Household(const rpc::Caller& caller, const std::string& name,
                              absl::string_view field) const {
  if (!Bounded(caller)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(name));
  ASSIGN_OR_RETURN(const auto household, households_.Find(id));
  if (household && Reaches(caller, household->survey.division())) return absl::OkStatus();
  return Refuse("HOUSEHOLD_NOT_FOUND", field);
}

absl::Status Scope::Move(const rpc::Caller& caller, absl::string_view from,
                         absl::string_view field) const {
  return Reaches(caller, from) ? absl::OkStatus() : Refuse("HOUSEHOLD_ELSEWHERE", field);
}

}  // namespace fupin::identification
