#include "services/identification/server/photo.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "services/identification/domain/reasons.h"

namespace fupin::identification {
namespace {

constexpr int64_t kMaxPoints = 50'000'000;
constexpr absl::string_view kPng("\x89PNG\r\n\x1a\n", 8);

uint32_t Big(absl::string_view bytes, size_t at, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<size_t>(i)]);
  }
  return value;
}

absl::Status Broken(absl::string_view field) { return Refuse("PHOTO_FORMAT", field); }

absl::StatusOr<std::string> CleanPng(absl::string_view bytes, absl::string_view field) {
  std::string out(kPng);
  bool ended = false;
  for (size_t at = kPng.size(); !ended;) {
    if (at + 12 > bytes.size()) return Broken(field);
    const size_t length = Big(bytes, at, 4);
    if (length > bytes.size() || at + 12 + length > bytes.size()) return Broken(field);
    const absl::string_view type = bytes.substr(at + 4, 4);
    if (type == "IHDR") {
      if (length < 13) return Broken(field);
      const int64_t width = Big(bytes, at + 8, 4);
      const int64_t height = Big(bytes, at + 12, 4);
      if (width == 0 || height == 0) return Broken(field);
      if (width > kMaxPoints / height) return Refuse("PHOTO_TOO_LARGE", field);
    } else if (at == kPng.size()) {
      return Broken(field);
    }
    // What is needed to draw; text, time and EXIF are not.
    if (type == "IHDR" || type == "PLTE" || type == "IDAT" || type == "IEND" || type == "tRNS" ||
        type == "gAMA" || type == "sRGB") {
      out.append(bytes.data() + at, length + 12);
    }
    ended = type == "IEND";
    at += length + 12;
  }
  return out;
}

absl::StatusOr<std::string> CleanJpeg(absl::string_view bytes, absl::string_view field) {
  std::string out("\xff\xd8", 2);
  for (size_t at = 2;;) {
    if (at + 4 > bytes.size() || bytes[at] != '\xff') return Broken(field);
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xff) {  // filling
      ++at;
      continue;
    }
    const size_t length = Big(bytes, at + 2, 2);
    if (length < 2 || at + 2 + length > bytes.size()) return Broken(field);
    const bool frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) {
      if (length < 8) return Broken(field);
      const int64_t height = Big(bytes, at + 5, 2);
      const int64_t width = Big(bytes, at + 7, 2);
      if (width == 0 || height == 0) return Broken(field);
      if (width > kMaxPoints / height) return Refuse("PHOTO_TOO_LARGE", field);
    }
    // Application data and comments hold position, device and time.
    const bool beside = (marker >= 0xe0 && marker <= 0xef) || marker == 0xfe;
    if (!beside) out.append(bytes.data() + at, length + 2);
    at += length + 2;
    if (marker != 0xda) continue;
    // The picture itself, up to the end marker; what follows that is no picture.
    const size_t end = bytes.find("\xff\xd9", at);
    if (end == absl::string_view::npos) return Broken(field);
    out.append(bytes.data() + at, end + 2 - at);
    return out;
  }
}

}  // namespace

absl::StatusOr<std::string> CleanPhoto(absl::string_view bytes, absl::string_view field) {
  if (bytes.size() > kMaxPhotoBytes) return Refuse("PHOTO_TOO_LARGE", field);
  if (absl::StartsWith(bytes, kPng)) return CleanPng(bytes, field);
  if (absl::StartsWith(bytes, "\xff\xd8\xff")) return CleanJpeg(bytes, field);
  return Broken(field);
}

const char* MediaTypeOf(absl::string_view photo) {
  return absl::StartsWith(photo, kPng) ? "image/png" : "image/jpeg";
}

}  // namespace fupin::identification
