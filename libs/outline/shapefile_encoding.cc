#include "libs/outline/shapefile_encoding.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/string_view.h"

namespace fupin::outline {
namespace {

constexpr size_t kLookedAt = size_t{1} << 20;
constexpr size_t kHeader = 32;  // of the file, and of each field
constexpr size_t kFieldName = 11;
constexpr unsigned char kNotSaid = 0, kAnsi = 0x57;

unsigned char ByteAt(absl::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<signed char>(c) >= 0; });
}

// Whether the bytes follow the pattern of UTF-8; the last character may be cut off.
bool LooksUtf8(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const unsigned char lead = ByteAt(text, at++);
    const int more = lead < 0x80 ? 0 : lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (more < 0 || lead > 0xF4) return false;
    for (int i = 0; i < more && at < text.size(); ++i) {
      if ((ByteAt(text, at++) & 0xC0) != 0x80) return false;
    }
  }
  return true;
}

}  // namespace

std::string GuessShapefileEncoding(const std::string& shp_path) {
  std::string bytes;
  for (const char* extension : {".cpg", ".CPG"}) {
    if (std::filesystem::exists(std::filesystem::path(shp_path).replace_extension(extension)))
      return "";
  }
  for (const char* extension : {".dbf", ".DBF"}) {
    std::ifstream file(std::filesystem::path(shp_path).replace_extension(extension),
                       std::ios::binary);
    if (!file) continue;
    bytes.resize(kLookedAt);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<size_t>(file.gcount()));
    break;
  }
  if (bytes.size() < kHeader) return "";
  const unsigned char language = ByteAt(bytes, 29);
  if (language != kNotSaid && language != kAnsi) return "";
  // Names of fields, then the records; what is between is numbers.
  const size_t records = std::min<size_t>(bytes.size(), ByteAt(bytes, 8) + 256u * ByteAt(bytes, 9));
  std::string text;
  for (size_t field = kHeader; field + kHeader <= records; field += kHeader) {
    const absl::string_view name = absl::string_view(bytes).substr(field, kFieldName);
    text.append(name.data(), std::min(name.find('\0'), name.size()));
  }
  const bool names_are_utf8 = LooksUtf8(text);
  text += bytes.substr(records);
  if (IsAscii(text)) return "";
  return names_are_utf8 && LooksUtf8(absl::string_view(bytes).substr(records)) ? "UTF-8" : "GBK";
}

}  // namespace fupin::outline
