// Every reason the map gives, with both texts: the one place to change them.
#ifndef FUPIN_SERVICES_GIS_DOMAIN_REASONS_H_
#define FUPIN_SERVICES_GIS_DOMAIN_REASONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fupin::gis {

// `reason` must stand in the table (checked). `field` may be empty; `detail` replaces "{}".
absl::Status Refuse(absl::string_view reason, absl::string_view field = "",
                    absl::string_view detail = "");

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_DOMAIN_REASONS_H_
