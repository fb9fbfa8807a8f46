#include "libs/testing/temp_dir.h"

#include <cstdlib>
#include <filesystem>

#include "libs/status/macros.h"

namespace fupin::testing {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "fupin-XXXXXX").string();
  FUPIN_CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace fupin::testing
