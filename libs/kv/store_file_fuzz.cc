// Any bytes as FUPIN_STORE: refused, or exactly what writing it anew gives.
#include <cstdint>
#include <fstream>

#include "libs/kv/store_file.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin;
  static const testing::TempDir dir;
  std::ofstream(dir / "FUPIN_STORE", std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto file = kv::ReadStoreFile(dir.path());
  if (!file.ok()) {
    FUPIN_CHECK(ReasonOf(file.status()) == "STORE_FORMAT_UNKNOWN");
    return 0;
  }
  FUPIN_CHECK(file->layout > 0 && kv::WriteStoreFile(dir.path(), *file).ok());
  std::ifstream again(dir / "FUPIN_STORE", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(again)), std::istreambuf_iterator<char>());
  FUPIN_CHECK(text == std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
