#include "libs/config/folder_state.h"

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"

namespace fupin::config {

std::string FolderState(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  std::set<std::string> lines;
  const auto add = [&](const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    const auto time = fs::last_write_time(path, error);
    lines.insert(absl::StrCat(path.string(), "=", size, "@", time.time_since_epoch().count()));
  };
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      add(path);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path, error)) add(entry.path());
  }
  std::string state;
  for (const std::string& line : lines) absl::StrAppend(&state, line, ";");
  return state;
}

}  // namespace fupin::config
