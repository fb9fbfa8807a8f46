// Natural changes (ID-3) and versions of a household as people see them.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_WORDS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_WORDS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/household_change_service.pb.h"
#include "services/identification/store/change_store.h"
#include "services/identification/store/household_store.h"

namespace fupin::identification {

// "households/<id>/versions/<n>", "households/<id>/changes/<n>".
std::string VersionName(const std::string& household, int64_t version);
std::string ChangeName(const std::string& household, int64_t version);

// "households/<id>" of a version's name; a name of another form as it is.
std::string HouseholdOfVersion(const std::string& name);
// Id of the household and number; VERSION_NOT_FOUND, or as ParseHouseholdName.
absl::StatusOr<std::pair<std::string, int64_t>> ParseVersionName(const std::string& name);

v1::HouseholdChange ShowChange(const std::string& household, const OpenChange& change);
// `changed`: a change made this version.
v1::HouseholdVersion ShowVersion(const std::string& household, int64_t number,
                                 const OpenHousehold& version, bool changed);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CHANGE_WORDS_H_
