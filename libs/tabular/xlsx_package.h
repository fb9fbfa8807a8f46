// The ZIP archive of an XLSX file, with limits that hold against hostile ones.
#ifndef FUPIN_LIBS_TABULAR_XLSX_PACKAGE_H_
#define FUPIN_LIBS_TABULAR_XLSX_PACKAGE_H_

#include <zip.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/tabular/options.h"

namespace fupin::tabular {

// One part being unpacked. Must not outlive its package.
class PartStream {
 public:
  PartStream(zip_file_t* file, std::string name, int64_t size)
      : file_(file), name_(std::move(name)), size_(size) {}
  PartStream(PartStream&& other) noexcept;
  PartStream& operator=(PartStream&&) = delete;
  ~PartStream();

  // Bytes unpacked into `buffer`; 0 at the end. XLSX_DAMAGED if the archive is, also if the part is
  // longer or shorter than declared.
  absl::StatusOr<size_t> Read(void* buffer, size_t capacity);

  const std::string& name() const { return name_; }
  int64_t size() const { return size_; }
  int64_t bytes_read() const { return bytes_read_; }

 private:
  zip_file_t* file_;
  std::string name_;
  int64_t size_;
  int64_t bytes_read_ = 0;
};

class XlsxPackage {
 public:
  ~XlsxPackage();
  XlsxPackage(const XlsxPackage&) = delete;
  XlsxPackage& operator=(const XlsxPackage&) = delete;

  // XLSX_ZIP_BOMB (number of entries, declared size, compression), FILE_PASSWORD_PROTECTED,
  // XLSX_DAMAGED; all from the directory, before anything is unpacked.
  static absl::StatusOr<std::unique_ptr<XlsxPackage>> Open(const std::string& path,
                                                           const Limits& limits);

  // Names without leading slash; upper and lower case are the same (ECMA-376 part 2).
  bool Has(absl::string_view name) const;
  // XLSX_PART_MISSING.
  absl::StatusOr<PartStream> OpenPart(absl::string_view name) const;

 private:
  struct Entry {
    zip_uint64_t index = 0;
    int64_t size = 0;
  };
  explicit XlsxPackage(zip_t* zip) : zip_(zip) {}
  absl::Status ReadDirectory(const Limits& limits);

  zip_t* const zip_;
  absl::flat_hash_map<std::string, Entry> entries_;  // by lower-case name
};

// XLSX_DAMAGED; `where` names the part.
absl::Status DamagedStatus(absl::string_view where);

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_XLSX_PACKAGE_H_
