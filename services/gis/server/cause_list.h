// The list of causes (致贫原因) as the contracts of the province have it.
#ifndef FUPIN_SERVICES_GIS_SERVER_CAUSE_LIST_H_
#define FUPIN_SERVICES_GIS_SERVER_CAUSE_LIST_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/gis/domain/causes.h"

namespace fupin::gis {

// From a file of code lists (fupin.contract.v1.CodeLists). SETTING_WRONG: there is no such list in
// it, or it has more codes than the map can show.
absl::StatusOr<CauseList> LoadCauses(const std::string& file, const std::string& list);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_CAUSE_LIST_H_
