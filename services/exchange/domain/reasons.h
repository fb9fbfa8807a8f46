// Every reason the exchange itself gives, with both texts: the one place to change them. Reasons
// about the content of a record (formats, ranges, code lists) stand in libs/contract.
#ifndef FUPIN_SERVICES_EXCHANGE_DOMAIN_REASONS_H_
#define FUPIN_SERVICES_EXCHANGE_DOMAIN_REASONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::exchange {

// `reason` must stand in the table (checked). `field` may be empty; `detail` replaces "{}" in
// texts.
Problem Because(absl::string_view reason, absl::string_view field = "",
                absl::string_view detail = "");

// The same as a status of the canonical code that belongs to the reason.
absl::Status Refuse(absl::string_view reason, absl::string_view field = "",
                    absl::string_view detail = "");

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_DOMAIN_REASONS_H_
