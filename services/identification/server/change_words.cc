#include "services/identification/server/change_words.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/mask/mask.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/convert.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr absl::string_view kVersions = "/versions/";
constexpr absl::string_view kChangesPart = "/changes/";

}  // namespace

std::string VersionName(const std::string& household, int64_t version) {
  return absl::StrCat(HouseholdName(household), kVersions, version);
}

std::string ChangeName(const std::string& household, int64_t version) {
  return absl::StrCat(HouseholdName(household), kChangesPart, version);
}

std::string HouseholdOfVersion(const std::string& name) {
  return name.substr(0, name.find(kVersions.data()));
}

absl::StatusOr<std::pair<std::string, int64_t>> ParseVersionName(const std::string& name) {
  const std::string household = HouseholdOfVersion(name);
  ASSIGN_OR_RETURN(std::string id, ParseHouseholdName(household));
  int64_t number = 0;
  if (household == name ||
      !absl::SimpleAtoi(name.substr(household.size() + kVersions.size()), &number) || number < 1) {
    return Refuse("VERSION_NOT_FOUND", "name");
  }
  return std::make_pair(std::move(id), number);
}

v1::HouseholdChange ShowChange(const std::string& household, const OpenChange& change) {
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

v1::HouseholdVersion ShowVersion(const std::string& household, int64_t number,
                                 const OpenHousehold& version, bool changed) {
  v1::HouseholdVersion out;
  out.set_name(VersionName(household, number));
  out.set_household(HouseholdName(household));
  out.set_version(number);
  out.set_division(version.survey.division());
  for (const v1::SurveyMember& member : version.survey.members()) {
    *out.add_members() = ShowMember(member);
  }
  out.set_closed(version.stored.closed());
  *out.mutable_record_time() = ToTimestampMs(version.stored.receive_time_ms());
  if (changed) out.set_change(ChangeName(household, number));
  return out;
}

}  // namespace fupin::identification
