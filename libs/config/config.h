// Configuration is a text proto; what is unknown or malformed stops the start with its line.
#ifndef FUPIN_LIBS_CONFIG_CONFIG_H_
#define FUPIN_LIBS_CONFIG_CONFIG_H_

#include <string>

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/status/macros.h"

namespace fupin::config {

// Whole file as bytes. NOT_FOUND / FILE_NOT_FOUND names the path.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes `path` by a temporary file and rename, so that a reader sees the old or the new.
absl::Status WriteFile(const std::string& path, const std::string& content);

// Fills `message` from text proto `text`; `name` stands before "line:column" in errors.
// INVALID_ARGUMENT / CONFIG_SYNTAX.
absl::Status Parse(const std::string& text, const std::string& name,
                   google::protobuf::Message* message);

template <typename Proto>
absl::StatusOr<Proto> Load(const std::string& path) {
  Proto proto;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  RETURN_IF_ERROR(Parse(text, path, &proto));
  return proto;
}

}  // namespace fupin::config

#endif  // FUPIN_LIBS_CONFIG_CONFIG_H_
