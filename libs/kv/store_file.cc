#include "libs/kv/store_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/kv/log_check.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

constexpr char kName[] = "FUPIN_STORE";
constexpr const char* kStates[] = {"making", "restoring", "ready"};

std::string BodyOf(const StoreFile& file) {
  return absl::StrCat("fupin-store\nlayout ", file.layout, "\nschema ", file.schema, "\nstate ",
                      kStates[static_cast<int>(file.state)], "\nincarnation ", file.incarnation,
                      "\n");
}

std::string TextOf(const StoreFile& file) {
  const std::string body = BodyOf(file);
  return body + absl::StrFormat("check %08x\n", Crc32c(0, body));
}

absl::Status SyncPath(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return StoreIo(absl::StrCat(path, ": ", std::strerror(errno)));
  const int failed = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return failed == 0 ? absl::OkStatus() : StoreIo(absl::StrCat(path, ": ", std::strerror(failed)));
}

}  // namespace

absl::Status StoreIo(const std::string& what) {
  return ProblemStatus(
      absl::StatusCode::kUnavailable,
      {"STORE_IO", "data_dir", absl::StrCat("数据目录读写失败: ", what, "。请检查磁盘与权限"),
       absl::StrCat("reading or writing the data folder failed: ", what,
                    "; check the disk and the rights")});
}

std::string NewIncarnation() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(), random());
}

absl::StatusOr<StoreFile> ReadStoreFile(const std::string& dir) {
  const std::string path = absl::StrCat(dir, "/", kName);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return absl::NotFoundError(path);
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  StoreFile file;
  char state[10] = "";
  char incarnation[65] = "";
  const int fields =
      std::sscanf(text.str().c_str(), "fupin-store layout %d schema %d state %9s incarnation %64s",
                  &file.layout, &file.schema, state, incarnation);
  for (int i = 0; i < 3; ++i) {
    if (std::strcmp(state, kStates[i]) == 0) file.state = static_cast<StoreFile::State>(i);
  }
  file.incarnation = incarnation;
  // Written anew it must be the same, check line and all.
  if (fields == 4 && file.layout > 0 && text.str() == TextOf(file)) return file;
  return ProblemStatus(
      absl::StatusCode::kFailedPrecondition,
      {"STORE_FORMAT_UNKNOWN", "data_dir",
       absl::StrCat(path, " 无法识别,不能确定存储格式;请核对数据目录或恢复备份"),
       absl::StrCat(path,
                    " cannot be understood, so the format of the store is not known; check "
                    "the data folder or restore a backup")});
}

absl::Status WriteStoreFile(const std::string& dir, const StoreFile& file) {
  const std::string path = absl::StrCat(dir, "/", kName);
  const std::string fresh = path + ".new";
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << TextOf(file);
    out.close();
    if (!out) return StoreIo(absl::StrCat(fresh, ": ", std::strerror(errno)));
  }
  RETURN_IF_ERROR(SyncPath(fresh, O_WRONLY));
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    return StoreIo(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  return SyncPath(dir, O_RDONLY | O_DIRECTORY);
}

}  // namespace fupin::kv
