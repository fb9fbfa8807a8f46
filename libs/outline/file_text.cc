#include "libs/outline/file_text.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "libs/outline/reasons.h"

namespace fupin::outline {

absl::StatusOr<std::string> ReadText(const std::string& path, size_t max_bytes) {
  std::error_code error;
  const bool regular = std::filesystem::is_regular_file(path, error);
  const uintmax_t size = regular ? std::filesystem::file_size(path, error) : 0;
  if (!regular || error) return Refuse("OUTLINE_FILE", "", path);
  if (size > max_bytes)
    return Refuse("OUTLINE_TOO_LARGE", "", absl::StrCat(size, " bytes, at most ", max_bytes));
  std::ifstream file(path, std::ios::binary);
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file || file.gcount() != static_cast<std::streamsize>(size))
    return Refuse("OUTLINE_FILE", "", path);
  return text;
}

absl::Status WriteWhole(const std::string& path, absl::string_view bytes) {
  const std::string beside = absl::StrCat(path, ".new");
  std::error_code error;
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (file) std::filesystem::rename(beside, path, error);
    if (file && !error) return absl::OkStatus();
  }
  std::filesystem::remove(beside, error);
  return absl::UnavailableError(absl::StrCat("cannot write ", path));
}

}  // namespace fupin::outline
