#include "libs/tabular/xlsx_package.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/tabular/problems.h"

namespace fupin::tabular {
namespace {

constexpr int64_t kRatioCounts = 1 << 20;
constexpr absl::string_view kEndMagic = "PK\x05\x06";
constexpr absl::string_view kZip64Magic = "PK\x06\x07";
constexpr size_t kEndBytes = 22;
constexpr size_t kMaxComment = 65535;
constexpr size_t kZip64LocatorBytes = 20;

absl::Status Bomb(absl::string_view zh, absl::string_view en) {
  return FileStatus(
      "XLSX_ZIP_BOMB",
      absl::StrCat("文件的压缩内容异常：", zh,
                   "；请用 Excel 或 WPS 打开，只保留数据，另存为新的 .xlsx；数据量很大时请用 CSV"),
      absl::StrCat("the file unpacks to more than is allowed: ", en,
                   "; keep only the data and save it as a new .xlsx, or use CSV if it is large"));
}

absl::Status TooManyEntries(int64_t limit) {
  return Bomb(absl::StrCat("内部文件超过", limit, "个"),
              absl::StrCat("more than ", limit, " files inside"));
}

// libzip makes a record of every entry when it opens; an archive that declares millions of them is
// refused before that.
absl::Status CheckDeclaredEntries(const std::string& path, int64_t limit) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return DamagedStatus("zip");
  std::string tail;
  if (std::fseek(file, 0, SEEK_END) == 0) {
    const long size = std::ftell(file);
    const long want =
        std::min<long>(size, static_cast<long>(kEndBytes + kMaxComment + kZip64LocatorBytes));
    if (size >= 0 && std::fseek(file, size - want, SEEK_SET) == 0) {
      tail.resize(static_cast<size_t>(want));
      tail.resize(std::fread(tail.data(), 1, tail.size(), file));
    }
  }
  std::fclose(file);
  for (size_t at = tail.find(kEndMagic.data(), 0, 4); at != std::string::npos;
       at = tail.find(kEndMagic.data(), at + 1, 4)) {
    if (at + kEndBytes > tail.size()) break;
    const int64_t count =
        static_cast<unsigned char>(tail[at + 10]) | static_cast<unsigned char>(tail[at + 11]) << 8;
    const bool zip64 =
        at >= kZip64LocatorBytes &&
        absl::StartsWith(absl::string_view(tail).substr(at - kZip64LocatorBytes), kZip64Magic);
    if (count > limit || zip64) return TooManyEntries(limit);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DamagedStatus(absl::string_view where) {
  const std::string name = Printable(where);
  return FileStatus(
      "XLSX_DAMAGED",
      absl::StrCat(".xlsx 文件已损坏（", name, "）；请用 Excel 或 WPS 打开后另存，再重新上传"),
      absl::StrCat("the .xlsx file is damaged (", name,
                   "); open it in a spreadsheet program, save it again and send that"));
}

PartStream::PartStream(PartStream&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      name_(std::move(other.name_)),
      size_(other.size_),
      bytes_read_(other.bytes_read_) {}

PartStream::~PartStream() {
  if (file_ != nullptr) zip_fclose(file_);
}

absl::StatusOr<size_t> PartStream::Read(void* buffer, size_t capacity) {
  const zip_int64_t got = zip_fread(file_, buffer, capacity);
  if (got < 0) return DamagedStatus(name_);
  bytes_read_ += got;
  if (bytes_read_ > size_ || (got == 0 && bytes_read_ != size_)) return DamagedStatus(name_);
  return static_cast<size_t>(got);
}

XlsxPackage::~XlsxPackage() { zip_discard(zip_); }

absl::StatusOr<std::unique_ptr<XlsxPackage>> XlsxPackage::Open(const std::string& path,
                                                               const Limits& limits) {
  RETURN_IF_ERROR(CheckDeclaredEntries(path, limits.zip_entries));
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_RDONLY, &error);
  if (zip == nullptr) return DamagedStatus("zip");
  auto package = absl::WrapUnique(new XlsxPackage(zip));
  RETURN_IF_ERROR(package->ReadDirectory(limits));
  return package;
}

absl::Status XlsxPackage::ReadDirectory(const Limits& limits) {
  const zip_int64_t count = zip_get_num_entries(zip_, 0);
  if (count > limits.zip_entries) return TooManyEntries(limits.zip_entries);
  int64_t total = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t info;
    zip_stat_init(&info);
    const auto index = static_cast<zip_uint64_t>(i);
    constexpr zip_uint64_t kNeeded =
        ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(zip_, index, 0, &info) != 0 || (info.valid & kNeeded) != kNeeded) {
      return DamagedStatus("zip");
    }
    if (info.encryption_method != ZIP_EM_NONE) {
      return FileStatus(
          "FILE_PASSWORD_PROTECTED", "压缩包设有密码，无法读取；请取消密码后重新上传",
          "the archive is protected by a password; remove it and send the file again");
    }
    const auto limit = static_cast<zip_uint64_t>(limits.uncompressed_bytes);
    if (info.size > limit ||
        (total += static_cast<int64_t>(info.size)) > limits.uncompressed_bytes) {
      return Bomb(absl::StrCat("解压后超过", limits.uncompressed_bytes, "字节"),
                  absl::StrCat("more than ", limits.uncompressed_bytes, " bytes"));
    }
    const auto size = static_cast<int64_t>(info.size);
    if (size > kRatioCounts &&
        (info.comp_size == 0 ||
         info.size / info.comp_size >= static_cast<zip_uint64_t>(limits.compression_ratio))) {
      return Bomb(absl::StrCat("压缩比超过", limits.compression_ratio, "倍"),
                  absl::StrCat("compressed more than ", limits.compression_ratio, " to 1"));
    }
    // Two entries of one name are read differently by different programs.
    if (!entries_.try_emplace(absl::AsciiStrToLower(info.name), Entry{index, size}).second) {
      return DamagedStatus(info.name);
    }
  }
  return absl::OkStatus();
}

bool XlsxPackage::Has(absl::string_view name) const {
  return entries_.contains(absl::AsciiStrToLower(name));
}

absl::StatusOr<PartStream> XlsxPackage::OpenPart(absl::string_view name) const {
  const auto found = entries_.find(absl::AsciiStrToLower(name));
  if (found == entries_.end()) {
    return FileStatus(
        "XLSX_PART_MISSING",
        absl::StrCat("文件不是 .xlsx 工作簿（缺少 ", Printable(name),
                     "）；请用 Excel 或 WPS 另存为 .xlsx 后重新上传"),
        absl::StrCat("the file is not an .xlsx workbook (", Printable(name),
                     " is missing); save it as .xlsx in a spreadsheet program and send it again"));
  }
  zip_file_t* file = zip_fopen_index(zip_, found->second.index, 0);
  if (file == nullptr) return DamagedStatus(name);
  return PartStream(file, std::string(name), found->second.size);
}

}  // namespace fupin::tabular
