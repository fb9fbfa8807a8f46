#include "libs/codes/text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "libs/codes/reasons.h"
#include "libs/status/macros.h"

namespace fupin::codes {
namespace {

bool IsInvisible(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         c == 0x61c || c == 0x180e || (c >= 0xfff0 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe0fff) || (c & 0xfffe) == 0xfffe;
}

bool IsMiddleDot(char32_t c) {
  return c == 0xb7 || c == 0x2022 || c == 0x30fb || c == 0x2027 || c == 0x2219 || c == 0xff65;
}

bool IsBlank(char32_t c) { return c == ' ' || c == 0xa0 || c == 0x3000; }

}  // namespace

absl::StatusOr<std::u32string> CodePoints(absl::string_view text) {
  std::u32string points;
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80                   ? 1
                          : lead >= 0xc2 && lead < 0xe0 ? 2
                          : lead >= 0xe0 && lead < 0xf0 ? 3
                          : lead >= 0xf0 && lead < 0xf5 ? 4
                                                        : 0;
    if (length == 0 || i + length > text.size()) return Refuse("TEXT_CHARSET");
    char32_t point = length == 1 ? lead : lead & (0xff >> (length + 1));
    for (size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return Refuse("TEXT_CHARSET");
      point = point << 6 | (next & 0x3f);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    if (overlong || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      return Refuse("TEXT_CHARSET");
    }
    points.push_back(point);
    i += length;
  }
  return points;
}

std::string ToUtf8(const std::u32string& points) {
  std::string out;
  for (const char32_t c : points) {
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      out.push_back(static_cast<char>(0xc0 | c >> 6));
      out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
      out.push_back(static_cast<char>(0xe0 | c >> 12));
      out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    } else {
      out.push_back(static_cast<char>(0xf0 | c >> 18));
      out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
      out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    }
  }
  return out;
}

absl::Status CheckText(absl::string_view text) {
  ASSIGN_OR_RETURN(const std::u32string points, CodePoints(text));
  for (const char32_t c : points) {
    if (IsInvisible(c)) return Refuse("TEXT_CONTROL");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> NormaliseName(absl::string_view name) {
  ASSIGN_OR_RETURN(std::u32string points, CodePoints(name));
  while (!points.empty() && IsBlank(points.back())) points.pop_back();
  size_t first = 0;
  while (first < points.size() && IsBlank(points[first])) ++first;
  points.erase(0, first);
  if (points.empty()) return Refuse("NAME_EMPTY");
  if (points.size() > 50) return Refuse("NAME_TOO_LONG");
  for (char32_t& c : points) {
    if (IsInvisible(c)) return Refuse("TEXT_CONTROL");
    if (IsMiddleDot(c)) c = 0xb7;
  }
  return ToUtf8(points);
}

bool IsPhone(absl::string_view phone) {
  const auto digits =
      std::count_if(phone.begin(), phone.end(), [](char c) { return absl::ascii_isdigit(c); });
  return digits >= 7 && digits <= 13 && phone.size() <= 20 &&
         std::all_of(phone.begin(), phone.end(), [](char c) {
           return absl::ascii_isdigit(c) || c == '-' || c == ' ' || c == '+';
         });
}

}  // namespace fupin::codes
