// Every reason identification gives, with both texts: the one place to change them.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_REASONS_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_REASONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::identification {

// `reason` must stand in the table (checked). `detail` replaces "{}" in the texts.
Problem Because(absl::string_view reason, absl::string_view field = "",
                absl::string_view detail = "");

// The same as a status of the canonical code that belongs to the reason.
absl::Status Refuse(absl::string_view reason, absl::string_view field = "",
                    absl::string_view detail = "");

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_REASONS_H_
