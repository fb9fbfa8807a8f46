// Photos as evidence: JPEG or PNG, without what a camera writes beside the picture (I22).
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_PHOTO_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_PHOTO_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::identification {

inline constexpr size_t kMaxPhotoBytes = 1 << 20;

// The picture alone: position, device, time, comments and whatever follows its end are left out.
// INVALID_ARGUMENT / PHOTO_FORMAT: empty, no JPEG or PNG, or broken; PHOTO_TOO_LARGE: in bytes, or
// more than 50 million points.
absl::StatusOr<std::string> CleanPhoto(absl::string_view bytes, absl::string_view field);

// "image/png" or "image/jpeg" of what CleanPhoto made.
const char* MediaTypeOf(absl::string_view photo);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_PHOTO_H_
