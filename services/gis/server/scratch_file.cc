#include "services/gis/server/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"

namespace fupin::gis {
namespace {

constexpr size_t kTogether = 256 << 10;

absl::Status WriteAll(int file, uint64_t offset, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return Refuse("EXPORT_FAILED");
    bytes.remove_prefix(static_cast<size_t>(done));
    offset += static_cast<uint64_t>(done);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchFile>> ScratchFile::Create(const std::string& dir) {
  std::string path = absl::StrCat(dir, "/export-XXXXXX");
  const int file = mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) return Refuse("EXPORT_FAILED");
  unlink(path.c_str());
  return std::unique_ptr<ScratchFile>(new ScratchFile(file));
}

ScratchFile::~ScratchFile() { close(file_); }

absl::Status ScratchFile::Append(absl::string_view bytes) {
  waiting_.append(bytes.data(), bytes.size());
  return waiting_.size() < kTogether ? absl::OkStatus() : Flush();
}

absl::Status ScratchFile::Flush() {
  RETURN_IF_ERROR(WriteAll(file_, flushed_, waiting_));
  flushed_ += waiting_.size();
  waiting_.clear();
  return absl::OkStatus();
}

absl::Status ScratchFile::WriteAt(uint64_t offset, absl::string_view bytes) {
  RETURN_IF_ERROR(Flush());
  return WriteAll(file_, offset, bytes);
}

absl::StatusOr<std::string> ScratchFile::Read(uint64_t offset, size_t size) const {
  std::string bytes(size, '\0');
  size_t got = 0;
  while (got < size) {
    const ssize_t done =
        pread(file_, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return Refuse("EXPORT_FAILED");
    if (done == 0) break;
    got += static_cast<size_t>(done);
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace fupin::gis
