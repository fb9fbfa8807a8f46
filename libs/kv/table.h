// Messages as values: one version byte, then the message. A value of another version is not read.
#ifndef FUPIN_LIBS_KV_TABLE_H_
#define FUPIN_LIBS_KV_TABLE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/message_lite.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/kv/store.h"
#include "libs/status/macros.h"
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
    return ProblemStatus(
        absl::StatusCode::kDataLoss,
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

// A table whose values are all one kind of message. Errors as by Store and Decode; the table's name
// stands before those of Decode. Safe for concurrent use.
template <typename Proto>
class Table {
 public:
  struct Entry {
    std::string key;
    Proto message;
  };
  struct Entries {
    std::vector<Entry> entries;
    std::string next;  // as Page::next
  };

  Table(const Store& store, std::string name) : store_(store), name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  void Put(Batch& batch, std::string key, const Proto& message) const {
    batch.Put(name_, std::move(key), Encode(message));
  }

  absl::StatusOr<std::optional<Proto>> Get(absl::string_view partition,
                                           absl::string_view key) const {
    ASSIGN_OR_RETURN(const auto value, store_.Get(name_, partition, key));
    if (!value) return std::optional<Proto>();
    ASSIGN_OR_RETURN(Proto message, Read(*value));
    return std::optional<Proto>(std::move(message));
  }

  absl::StatusOr<Entries> Scan(absl::string_view partition, absl::string_view begin,
                               absl::string_view end, int limit) const {
    ASSIGN_OR_RETURN(Page page, store_.Scan(name_, partition, begin, end, limit));
    Entries out;
    out.next = std::move(page.next);
    out.entries.reserve(page.rows.size());
    for (Row& row : page.rows) {
      ASSIGN_OR_RETURN(Proto message, Read(row.value));
      out.entries.push_back({std::move(row.key), std::move(message)});
    }
    return out;
  }

 private:
  absl::StatusOr<Proto> Read(absl::string_view value) const {
    auto message = Decode<Proto>(value);
    if (!message.ok()) return Annotate(message.status(), "table " + name_);
    return message;
  }

  const Store& store_;
  const std::string name_;
};

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_TABLE_H_
