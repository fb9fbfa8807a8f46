// A file without a name: gone when it is let go, or the process ends.
#ifndef FUPIN_SERVICES_GIS_SERVER_SCRATCH_FILE_H_
#define FUPIN_SERVICES_GIS_SERVER_SCRATCH_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/pmtiles/archive_writer.h"

namespace fupin::gis {

// One thread at a time. Every error is UNAVAILABLE / EXPORT_FAILED: the disk is full or broken.
class ScratchFile : public pmtiles::ArchiveFile {
 public:
  static absl::StatusOr<std::unique_ptr<ScratchFile>> Create(const std::string& dir);
  ~ScratchFile() override;
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  absl::Status Append(absl::string_view bytes) override;
  absl::Status WriteAt(uint64_t offset, absl::string_view bytes) override;
  absl::Status Flush();
  // Flushed or not; Read sees only what was flushed.
  uint64_t size() const { return flushed_ + waiting_.size(); }
  // At most `size` bytes; fewer only at the end.
  absl::StatusOr<std::string> Read(uint64_t offset, size_t size) const;

 private:
  explicit ScratchFile(int file) : file_(file) {}

  const int file_;
  uint64_t flushed_ = 0;
  std::string waiting_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_SCRATCH_FILE_H_
