// Every reason a file of procedures is refused for, with both texts.
#ifndef FUPIN_LIBS_PROCEDURE_REASONS_H_
#define FUPIN_LIBS_PROCEDURE_REASONS_H_

#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::procedure {

// `where`: file, procedure and step; `detail` replaces "{}" in the text.
Problem Fault(absl::string_view reason, absl::string_view where, absl::string_view detail = "");

}  // namespace fupin::procedure

#endif  // FUPIN_LIBS_PROCEDURE_REASONS_H_
