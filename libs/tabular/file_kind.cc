#include "libs/tabular/file_kind.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/tabular/problems.h"

namespace fupin::tabular {
namespace {

constexpr absl::string_view kOleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
constexpr absl::string_view kZipMagic = "PK\x03\x04";
constexpr size_t kHeadBytes = 8192;
constexpr size_t kBlock = 64 << 10;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

std::string Utf16(absl::string_view ascii) {
  std::string wide;
  for (const char c : ascii) {
    wide.push_back(c);
    wide.push_back('\0');
  }
  return wide;
}

// An OLE file: names of its streams stand in it as UTF-16. The old format and the envelope of an
// encrypted new one differ by them.
absl::Status OleStatus(std::FILE* file) {
  const std::string encrypted = Utf16("EncryptedPackage");
  const std::string workbook = Utf16("Workbook");
  const std::string book = Utf16("Book");
  bool is_sheet = false;
  std::string block(kBlock, '\0');
  std::string window;
  for (;;) {
    const size_t got = std::fread(block.data(), 1, block.size(), file);
    if (got == 0) break;
    window.append(block, 0, got);
    if (absl::StrContains(window, encrypted)) {
      return FileStatus(
          "FILE_PASSWORD_PROTECTED",
          "文件设有打开密码，无法读取；请在表格软件中取消密码（文件→信息→保护工作簿）后重新"
          "上传",
          "the file is protected by a password; remove the password in the "
          "spreadsheet program and send it again");
    }
    is_sheet |= absl::StrContains(window, workbook) || absl::StrContains(window, book);
    if (window.size() > encrypted.size()) window.erase(0, window.size() - encrypted.size());
  }
  if (is_sheet) {
    return FileStatus(
        "FILE_OLD_XLS",
        "这是旧版 .xls 格式，不能读取；请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传",
        "this is the old .xls format; open it, save it as .xlsx and send it again");
  }
  return FileStatus("FILE_NOT_TABLE", "文件不是表格（可能是 Word 等文档）；请上传 .xlsx 或 .csv",
                    "the file is not a table (a document perhaps); send .xlsx or .csv");
}

}  // namespace

absl::StatusOr<FileKind> DetectFileKind(const std::string& path, const Limits& limits) {
  struct stat info = {};
  const bool found = ::stat(path.c_str(), &info) == 0;
  if (!found && (errno == ENOENT || errno == ENOTDIR)) {
    return ProblemStatus(absl::StatusCode::kNotFound,
                         Problem{"FILE_NOT_FOUND", "", "文件不存在；请检查路径后重试",
                                 "there is no such file; check its path and try again"});
  }
  File file(found && S_ISREG(info.st_mode) ? std::fopen(path.c_str(), "rb") : nullptr);
  if (file == nullptr) {
    return ProblemStatus(absl::StatusCode::kUnavailable,
                         Problem{"FILE_UNREADABLE", "", "文件无法读取；请检查权限后重试",
                                 "the file cannot be read; check its permissions and try again"});
  }
  if (info.st_size == 0) {
    return FileStatus("FILE_EMPTY", "文件是空的（0 字节）；请重新导出",
                      "the file is empty (0 bytes); export it again");
  }
  if (info.st_size > limits.file_bytes) {
    return FileStatus("FILE_TOO_LARGE",
                      absl::StrCat("文件超过", limits.file_bytes, "字节；请分成几个文件上传"),
                      absl::StrCat("the file is larger than ", limits.file_bytes,
                                   " bytes; send it in several files"));
  }
  std::string head(kHeadBytes, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), file.get()));
  if (absl::StartsWith(head, kOleMagic)) {
    std::rewind(file.get());
    return OleStatus(file.get());
  }
  if (absl::StartsWith(head, kZipMagic) || absl::StartsWith(head, "PK\x05\x06")) {
    return FileKind::kXlsx;
  }
  absl::string_view text = head;
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  const std::string start =
      absl::AsciiStrToLower(absl::StripLeadingAsciiWhitespace(text).substr(0, 64));
  for (const absl::string_view markup : {"<html", "<!doctype", "<?xml", "<table", "<head"}) {
    if (absl::StartsWith(start, markup)) {
      return FileStatus(
          "FILE_NOT_TABLE",
          "文件其实是网页（HTML/XML），只是用了表格的扩展名；请用 Excel 或 WPS 打开，另存为 "
          ".xlsx 后重新上传",
          "the file is a web page (HTML or XML) under a spreadsheet's name; open it "
          "in a spreadsheet program, save it as .xlsx and send it again");
    }
  }
  const bool utf16 = absl::StartsWith(head, "\xff\xfe") || absl::StartsWith(head, "\xfe\xff");
  if (!utf16 && (absl::StartsWith(head, "%PDF") || absl::StrContains(head, '\0'))) {
    return FileStatus("FILE_NOT_TABLE",
                      "文件既不是 .xlsx 也不是文本；请用 Excel 或 WPS 另存为 .xlsx 或“CSV UTF-8”",
                      "the file is neither .xlsx nor text; save it as .xlsx or as CSV UTF-8");
  }
  return FileKind::kText;
}

}  // namespace fupin::tabular
