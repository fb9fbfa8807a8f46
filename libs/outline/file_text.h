// The text of a file from outside, of bounded size; a file written whole or not at all.
#ifndef FUPIN_LIBS_OUTLINE_FILE_TEXT_H_
#define FUPIN_LIBS_OUTLINE_FILE_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::outline {

// NOT_FOUND / OUTLINE_FILE: not a file, or not readable. INVALID_ARGUMENT / OUTLINE_TOO_LARGE,
// before anything is read.
absl::StatusOr<std::string> ReadText(const std::string& path, size_t max_bytes);

// Beside the old file, then in its place. UNAVAILABLE when that fails; then the old one is as it
// was.
absl::Status WriteWhole(const std::string& path, absl::string_view bytes);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_FILE_TEXT_H_
