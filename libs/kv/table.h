// Messages as values: one version byte, then the message. A value of another version is not read.
#ifndef FUPIN_LIBS_KV_TABLE_H_
#define FUPIN_LIBS_KV_TABLE_H_

#include <string>

#include <google/protobuf/message_lite.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::kv {

inline constexpr char kValueVersion = 1;

inline std::string Encode(const google::protobuf::MessageLite& message) {
  std::string value(1, kValueVersion);
  message.AppendToString(&value);
  return value;
}

// DATA_LOSS / STORE_VALUE_VERSION or STORE_CORRUPT.
template <typename Proto>
absl::StatusOr<Proto> Decode(absl::string_view value) {
  if (value.empty() || value[0] != kValueVersion) {
    return ProblemStatus(absl::StatusCode::kDataLoss,
                         {"STORE_VALUE_VERSION", "", "存储中的值版本未知,请使用写入它的版本或恢复备份",
                          "a stored value has an unknown version; run the release that wrote it or "
                          "restore a backup"});
  }
  Proto message;
  if (!message.ParseFromArray(value.data() + 1, static_cast<int>(value.size()) - 1)) {
    return ProblemStatus(absl::StatusCode::kDataLoss,
                         {"STORE_CORRUPT", "", "存储中的值无法解析,请恢复备份",
                          "a stored value cannot be parsed; restore a backup"});
  }
  return message;
}

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_TABLE_H_
