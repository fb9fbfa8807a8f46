// Text as code points: what may stand in a stored text and what may not.
#ifndef FUPIN_LIBS_CODES_TEXT_H_
#define FUPIN_LIBS_CODES_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::codes {

// INVALID_ARGUMENT / TEXT_CHARSET when `text` is not UTF-8.
absl::StatusOr<std::u32string> CodePoints(absl::string_view text);
std::string ToUtf8(const std::u32string& points);

// Refuses NUL, control, zero-width and direction characters (TEXT_CONTROL). Rare characters of any
// plane and private-use ones are let through: surnames live there.
absl::Status CheckText(absl::string_view text);

// A person's name: 1-50 code points, no invisible ones; the middle dots in use (· • ・ ‧ ∙) become
// "·", surrounding blanks go. NAME_EMPTY, NAME_TOO_LONG, TEXT_CONTROL, TEXT_CHARSET.
absl::StatusOr<std::string> NormaliseName(absl::string_view name);

// A phone number as people write it: 7 to 13 digits, with blanks, "-" and "+" among them, 20
// characters at most.
bool IsPhone(absl::string_view phone);

}  // namespace fupin::codes

#endif  // FUPIN_LIBS_CODES_TEXT_H_
