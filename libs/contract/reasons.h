// Every reason about the content of a record, with both texts: the one place to change them.
#ifndef FUPIN_LIBS_CONTRACT_REASONS_H_
#define FUPIN_LIBS_CONTRACT_REASONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::contract {

// `reason` must stand in the table (checked). `detail` replaces "{}" in the texts; never the value.
Problem Because(absl::string_view reason, absl::string_view field, absl::string_view detail = "");
absl::Status Refuse(absl::string_view reason, absl::string_view field,
                    absl::string_view detail = "");

}  // namespace fupin::contract

#endif  // FUPIN_LIBS_CONTRACT_REASONS_H_
