// JSON <-> message bytes, by descriptors; errors name the field and never repeat a value.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_JSON_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_JSON_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/type_resolver.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::gateway {

using NamedValues = std::vector<std::pair<std::string, std::string>>;

// Safe for concurrent use.
class Json {
 public:
  // `pool` must outlive this.
  explicit Json(const google::protobuf::DescriptorPool& pool);

  // Strict JSON (RFC 8259): no duplicate keys, at most kMaxDepth deep, valid UTF-8.
  // INVALID_ARGUMENT / JSON_MALFORMED, JSON_KEY_TWICE, JSON_FIELD_UNKNOWN, JSON_VALUE_WRONG.
  absl::StatusOr<std::string> ToBytes(const google::protobuf::Descriptor& type,
                                      absl::string_view json) const;

  // Every field, also those at their default; names in lowerCamelCase.
  absl::StatusOr<std::string> FromBytes(const google::protobuf::Descriptor& type,
                                        const std::string& bytes) const;

  // Values of path and query by field path ("page_size" or "pageSize", "a.b").
  // INVALID_ARGUMENT / QUERY_FIELD_UNKNOWN, QUERY_VALUE_WRONG.
  absl::StatusOr<std::string> FromValues(const google::protobuf::Descriptor& type,
                                         const NamedValues& values);

  static constexpr int kMaxDepth = 32;

 private:
  std::unique_ptr<google::protobuf::util::TypeResolver> resolver_;
  google::protobuf::DynamicMessageFactory factory_;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_JSON_H_
