// What kind of file this is, from its first bytes.
#ifndef FUPIN_LIBS_TABULAR_FILE_KIND_H_
#define FUPIN_LIBS_TABULAR_FILE_KIND_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/tabular/options.h"

namespace fupin::tabular {

enum class FileKind { kText, kXlsx };

// FILE_NOT_FOUND, FILE_UNREADABLE, FILE_EMPTY, FILE_TOO_LARGE; FILE_OLD_XLS,
// FILE_PASSWORD_PROTECTED and FILE_NOT_TABLE (HTML or XML under a spreadsheet's name, PDF,
// pictures) with what to do.
absl::StatusOr<FileKind> DetectFileKind(const std::string& path, const Limits& limits);

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_FILE_KIND_H_
