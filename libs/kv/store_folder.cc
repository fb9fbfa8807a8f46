#include "libs/kv/store_folder.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/kv/log_check.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

// Raised when keys or files on disk change their layout.
constexpr int kLayout = 1;

// A whole file, mapped: a log may be larger than what a small service should allocate.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd >= 0 && fstat(fd, &info) == 0) {
      size_ = static_cast<size_t>(info.st_size);
      if (size_ > 0) data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      ok_ = data_ != MAP_FAILED;
    }
    if (fd >= 0) close(fd);
  }
  ~MappedFile() {
    if (ok_ && size_ > 0) munmap(data_, size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  bool ok() const { return ok_; }
  absl::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
  bool ok_ = false;
};

}  // namespace

StoreFolder::~StoreFolder() {
  if (owner_ != nullptr) Env()->UnlockFile(owner_);
}

rocksdb::Env* StoreFolder::Env() const {
  return options_.env != nullptr ? options_.env : rocksdb::Env::Default();
}

absl::Status StoreFolder::Own() {
  std::error_code error;
  std::filesystem::create_directories(options_.dir, error);
  if (error) return StoreIo(absl::StrCat(options_.dir, ": ", error.message()));
  const rocksdb::Status status = Env()->LockFile(options_.dir + "/OWNER", &owner_);
  if (status.ok()) return absl::OkStatus();
  owner_ = nullptr;
  if (errno == EACCES && access(options_.dir.c_str(), W_OK) != 0) {
    return StoreIo(status.ToString());
  }
  return ProblemStatus(absl::StatusCode::kFailedPrecondition,
                       {"STORE_IN_USE", "data_dir",
                        absl::StrCat("存储正被另一个进程使用: ", options_.dir, ",请先停止该进程"),
                        absl::StrCat("the store is in use by another process: ", options_.dir,
                                     "; stop that one first")});
}

absl::Status StoreFolder::Check(bool restoring) {
  const auto read = ReadStoreFile(options_.dir);
  bool foreign = false;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.dir, error)) {
    const std::string name = entry.path().filename().string();
    foreign = foreign || (name != "OWNER" && name != "FUPIN_STORE.new" && name != "lost+found");
  }
  if (absl::IsNotFound(read.status())) {
    if (foreign) {
      return ProblemStatus(
          absl::StatusCode::kFailedPrecondition,
          {"STORE_FORMAT_UNKNOWN", "data_dir",
           absl::StrCat(options_.dir,
                        " 不是空目录,也没有 FUPIN_STORE 文件:不是本系统的存储,或已损坏;"
                        "请核对数据目录或恢复备份"),
           absl::StrCat(options_.dir,
                        " is not empty and has no FUPIN_STORE file: not a store of this system, "
                        "or a damaged one; check the data folder or restore a backup")});
    }
    file_ = {kLayout, std::max(1, options_.schema), StoreFile::State::kMaking, NewIncarnation()};
    making_ = true;
    return WriteStoreFile(options_.dir, file_);
  }
  RETURN_IF_ERROR(read.status());
  file_ = *read;
  const bool any_schema = restoring || options_.schema == 0;
  if (file_.layout > kLayout || (file_.schema > options_.schema && !any_schema)) {
    return ProblemStatus(
        absl::StatusCode::kFailedPrecondition,
        {"STORE_FORMAT_NEWER", "data_dir",
         absl::StrCat("存储由更新的版本写入(布局 ", file_.layout, ",数据 ", file_.schema,
                      ";本版本支持至布局 ", kLayout, ",数据 ", options_.schema,
                      "),请升级程序或恢复旧备份"),
         absl::StrCat("the store was written by a newer release (layout ", file_.layout,
                      ", schema ", file_.schema, "; this one knows up to layout ", kLayout,
                      ", schema ", options_.schema,
                      "); upgrade the program or restore an older backup")});
  }
  if (file_.state == StoreFile::State::kRestoring && !restoring) {
    return StoreCorrupt(
        absl::StrCat(options_.dir, "/FUPIN_STORE: a restore into this folder was not finished"));
  }
  if (file_.state == StoreFile::State::kMaking) {
    // Nothing was acknowledged before the folder became ready.
    file_.schema = std::max(file_.schema, options_.schema);
    for (const auto& entry : std::filesystem::directory_iterator(options_.dir, error)) {
      const std::string name = entry.path().filename().string();
      if (name != "OWNER" && name != "FUPIN_STORE" && name != "lost+found") {
        std::filesystem::remove_all(entry.path(), error);
      }
    }
    making_ = true;
    return absl::OkStatus();
  }
  if (file_.schema < options_.oldest_schema && !any_schema) {
    return ProblemStatus(
        absl::StatusCode::kFailedPrecondition,
        {"STORE_FORMAT_OLDER", "data_dir",
         absl::StrCat("存储由旧版本写入(数据 ", file_.schema, ";本版本从数据 ",
                      options_.oldest_schema,
                      " 起可读):请用写入它的版本,或换空的数据目录后重新推送与提交"),
         absl::StrCat("the store was written by an older release (schema ", file_.schema,
                      "; this one reads from schema ", options_.oldest_schema,
                      " on): run the release that wrote it, or begin with an empty data folder "
                      "and push and submit again")});
  }
  if (file_.schema < options_.schema && !restoring) {
    file_.schema = options_.schema;
    raised_ = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> StoreFolder::CheckLogs() const {
  std::string note;
  std::vector<std::string> paths;
  // The engine would take a folder without CURRENT for a new one and delete the rest.
  const MappedFile current(options_.dir + "/CURRENT");
  const absl::string_view manifest = absl::StripSuffix(current.bytes(), "\n");
  const std::string manifest_path = absl::StrCat(options_.dir, "/", manifest);
  if (!absl::StartsWith(manifest, "MANIFEST-") || !std::filesystem::exists(manifest_path)) {
    return StoreCorrupt(
        absl::StrCat(options_.dir, "/CURRENT: does not name a manifest that is there"));
  }
  paths.push_back(manifest_path);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.dir, error)) {
    if (entry.path().extension() == ".log") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin() + 1, paths.end());
  for (const std::string& path : paths) {
    const MappedFile file(path);
    if (!file.ok()) return StoreIo(absl::StrCat(path, ": ", std::strerror(errno)));
    ASSIGN_OR_RETURN(const int64_t torn, CheckLog(path, file.bytes()));
    if (torn == 0) continue;
    absl::StrAppend(&note, note.empty() ? "" : "; ", path, ": ", torn,
                    " bytes of a write that was never acknowledged at offset ",
                    file.bytes().size() - torn, " left out");
  }
  return note;
}

absl::Status StoreFolder::Ready() {
  if (!making_ && !raised_) return absl::OkStatus();
  file_.state = StoreFile::State::kReady;
  return WriteStoreFile(options_.dir, file_);
}

}  // namespace fupin::kv
