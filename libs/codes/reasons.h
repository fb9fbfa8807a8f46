// Every reason this library gives, with both texts: the one place to change them.
#ifndef FUPIN_LIBS_CODES_REASONS_H_
#define FUPIN_LIBS_CODES_REASONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fupin::codes {

// `reason` must stand in the table (checked). Texts never contain the value.
absl::Status Refuse(absl::string_view reason);

}  // namespace fupin::codes

#endif  // FUPIN_LIBS_CODES_REASONS_H_
