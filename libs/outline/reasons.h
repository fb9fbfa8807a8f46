// Every reason about outlines, with both texts: the one place to change them.
#ifndef FUPIN_LIBS_OUTLINE_REASONS_H_
#define FUPIN_LIBS_OUTLINE_REASONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::outline {

// `reason` must stand in the table (checked). `field` says which division or feature it is about.
Problem Because(absl::string_view reason, absl::string_view field, absl::string_view detail = "");
absl::Status Refuse(absl::string_view reason, absl::string_view field,
                    absl::string_view detail = "");

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_REASONS_H_
