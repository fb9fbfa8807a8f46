#include "services/gateway/server/json.h"

#include <optional>
#include <set>

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/codes/text.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kTypePrefix[] = "type.googleapis.com";
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// protobuf's parser forgives too much (quotes left out, keys that come twice): two readers of one
// text could disagree about what it says.
class StrictReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return static_cast<int>(keys_.size()) <= Json::kMaxDepth;
  }
  bool end_object() override {
    keys_.pop_back();
    return true;
  }
  bool start_array(std::size_t size) override { return start_object(size); }
  bool end_array() override { return end_object(); }
  bool key(string_t& name) override {
    twice_ = !keys_.back().insert(name).second;
    return !twice_;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }
  bool twice() const { return twice_; }

 private:
  std::vector<std::set<std::string>> keys_;
  bool twice_ = false;
};

bool IsName(absl::string_view text) {
  for (char c : text) {
    if (!absl::ascii_isalnum(c) && c != '_') return false;
  }
  return !text.empty() && text.size() <= 64;
}

// "(a.b[0]) c: Cannot find field." and "(a.b): invalid value ... for type ..." -> problem without
// the value.
absl::Status Explain(absl::string_view message) {
  size_t begin = 0;  // of what stands behind the field path
  std::string field;
  if (absl::StartsWith(message, "(")) {
    begin = std::min(message.find(')'), message.size() - 1) + 1;
    field = std::string(message.substr(1, begin - 2));
  } else if (!absl::StrContains(message, "Cannot find field") &&
             !absl::StrContains(message, "invalid value")) {
    return Refuse("JSON_MALFORMED");
  }
  const absl::string_view rest = message.substr(begin);
  const size_t colon = rest.find(':');
  const absl::string_view name =
      absl::StripAsciiWhitespace(rest.substr(0, std::min(colon, rest.size())));
  if (IsName(name)) absl::StrAppend(&field, field.empty() ? "" : ".", name);
  return Refuse(
      absl::EndsWith(message, "Cannot find field.") ? "JSON_FIELD_UNKNOWN" : "JSON_VALUE_WRONG",
      field);
}

const FieldDescriptor* FindField(const Descriptor& type, const std::string& name) {
  const auto* field = type.FindFieldByName(name);
  return field != nullptr ? field : type.FindFieldByCamelcaseName(name);
}

// False when `text` is not a value of the field's type.
bool Set(Message& message, const FieldDescriptor& field, const std::string& text) {
  const auto* reflection = message.GetReflection();
  const auto set = [&](auto one, auto more, auto value) {
    if (field.is_repeated()) {
      (reflection->*more)(&message, &field, value);
    } else {
      (reflection->*one)(&message, &field, value);
    }
    return true;
  };
  using Reflection = google::protobuf::Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      if (field.type() == FieldDescriptor::TYPE_BYTES || !codes::CodePoints(text).ok())
        return false;
      if (field.is_repeated()) {
        reflection->AddString(&message, &field, text);
      } else {
        reflection->SetString(&message, &field, text);
      }
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t value = 0;
      return absl::SimpleAtoi(text, &value) &&
             set(&Reflection::SetInt32, &Reflection::AddInt32, value);
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t value = 0;
      return absl::SimpleAtoi(text, &value) &&
             set(&Reflection::SetInt64, &Reflection::AddInt64, value);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value = 0;
      return absl::SimpleAtod(text, &value) &&
             set(&Reflection::SetDouble, &Reflection::AddDouble, value);
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      if (text != "true" && text != "false") return false;
      return set(&Reflection::SetBool, &Reflection::AddBool, text == "true");
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = field.enum_type()->FindValueByName(text);
      return value != nullptr && set(&Reflection::SetEnumValue, &Reflection::AddEnumValue,
                                     static_cast<int>(value->number()));
    }
    default:
      return false;
  }
}

}  // namespace

Json::Json(const google::protobuf::DescriptorPool& pool)
    : resolver_(google::protobuf::util::NewTypeResolverForDescriptorPool(kTypePrefix, &pool)),
      factory_(&pool) {}

absl::StatusOr<std::string> Json::ToBytes(const Descriptor& type, absl::string_view json) const {
  if (absl::StartsWith(json, kByteOrderMark)) json.remove_prefix(kByteOrderMark.size());
  StrictReader reader;
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &reader)) {
    return Refuse(reader.twice() ? "JSON_KEY_TWICE" : "JSON_MALFORMED");
  }
  std::string bytes;
  const auto status = google::protobuf::util::JsonToBinaryString(
      resolver_.get(), absl::StrCat(kTypePrefix, "/", type.full_name()), std::string(json), &bytes);
  if (!status.ok()) {
    const auto message = status.message();
    return Explain(absl::string_view(message.data(), message.size()));
  }
  return bytes;
}

absl::StatusOr<std::string> Json::FromBytes(const Descriptor& type,
                                            const std::string& bytes) const {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(
      resolver_.get(), absl::StrCat(kTypePrefix, "/", type.full_name()), bytes, &json, options);
  if (!status.ok()) return absl::InternalError("an answer could not be written as JSON");
  return json;
}

absl::StatusOr<std::string> Json::FromValues(const Descriptor& type, const NamedValues& values) {
  const std::unique_ptr<Message> message(factory_.GetPrototype(&type)->New());
  for (const auto& [name, text] : values) {
    Message* target = message.get();
    const std::vector<std::string> steps = absl::StrSplit(name, '.');
    const FieldDescriptor* field = nullptr;
    for (size_t i = 0; i < steps.size(); ++i) {
      field = FindField(*target->GetDescriptor(), steps[i]);
      const bool last = i + 1 == steps.size();
      if (field == nullptr ||
          (!last && (field->is_repeated() || field->message_type() == nullptr))) {
        return Refuse("QUERY_FIELD_UNKNOWN", IsName(name) ? name : "");
      }
      if (!last) target = target->GetReflection()->MutableMessage(target, field);
    }
    if (!Set(*target, *field, text)) {
      return Refuse(
          "QUERY_VALUE_WRONG", name,
          field->enum_type() != nullptr ? field->enum_type()->name() : field->cpp_type_name());
    }
  }
  return message->SerializeAsString();
}

}  // namespace fupin::gateway
