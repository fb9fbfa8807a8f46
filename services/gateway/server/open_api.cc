#include "services/gateway/server/open_api.h"

#include <algorithm>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "fupin/gateway/v1/gateway_service.pb.h"

namespace fupin::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::ordered_json;

template <typename Described>
std::string Comment(const Described& described) {
  google::protobuf::SourceLocation location;
  if (!described.GetSourceLocation(&location)) return "";
  const std::string& text =
      location.leading_comments.empty() ? location.trailing_comments : location.leading_comments;
  return std::string(absl::StripAsciiWhitespace(text));
}

template <typename Described>
void Describe(const Described& described, ordered_json* schema) {
  const std::string comment = Comment(described);
  if (!comment.empty()) (*schema)["description"] = comment;
}

class Document {
 public:
  explicit Document(const Api& api) : api_(api) {}

  std::string Write() {
    ordered_json paths = ordered_json::object();
    for (const Route& route : api_.routes()) {
      paths[route.path.open_api()][absl::AsciiStrToLower(route.verb)] = Operation(route);
    }
    ordered_json document;
    document["openapi"] = "3.0.3";
    document["info"] = {{"title", "扶贫云 Fupin Cloud"}, {"version", "v1"}};
    document["paths"] = paths;
    // Asking for a schema may ask for others.
    while (!wanted_.empty()) {
      const Descriptor* type = *wanted_.begin();
      wanted_.erase(wanted_.begin());
      if (!schemas_.contains(type->full_name())) schemas_[type->full_name()] = Message(*type);
    }
    document["components"]["schemas"] = schemas_;
    document["components"]["securitySchemes"]["certificate"] = {
        {"type", "mutualTLS"},
        {"description", "客户端证书,角色见 x-roles / client certificate; x-roles says whose"}};
    return document.dump(1, ' ', false, ordered_json::error_handler_t::replace);
  }

 private:
  ordered_json Operation(const Route& route) {
    const auto& method = *route.method;
    ordered_json operation;
    operation["operationId"] = absl::StrCat(method.service()->name(), "_", method.name());
    operation["tags"] = {method.service()->name()};
    Describe(method, &operation);
    operation["parameters"] = Parameters(route);
    if (route.body) {
      operation["requestBody"] = {
          {"required", true},
          {"content", {{"application/json", {{"schema", Reference(*method.input_type())}}}}}};
    }
    operation["responses"]["200"] = {
        {"description", "OK"},
        {"content", {{"application/json", {{"schema", Reference(*method.output_type())}}}}}};
    const auto* problem =
        api_.pool().FindMessageTypeByName(v1::ProblemDocument::descriptor()->full_name());
    if (problem != nullptr) {
      operation["responses"]["default"] = {
          {"description", "Problem"},
          {"content", {{"application/problem+json", {{"schema", Reference(*problem)}}}}}};
    }
    const bool open = std::find(route.roles.begin(), route.roles.end(), type::v1::ROLE_ANYONE) !=
                      route.roles.end();
    if (!open) operation["security"] = {{{"certificate", ordered_json::array()}}};
    operation["x-roles"] = ordered_json::array();
    for (const auto role : route.roles) operation["x-roles"].push_back(type::v1::Role_Name(role));
    return operation;
  }

  ordered_json Parameters(const Route& route) {
    ordered_json parameters = ordered_json::array();
    for (const std::string& name : route.path.open_api_names()) {
      parameters.push_back(
          {{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
    }
    if (route.body) return parameters;
    const auto bound = route.path.fields();
    const auto& type = *route.method->input_type();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (field.message_type() != nullptr ||
          std::find(bound.begin(), bound.end(), field.name()) != bound.end()) {
        continue;
      }
      ordered_json parameter = {
          {"name", field.json_name()}, {"in", "query"}, {"schema", Type(field)}};
      Describe(field, &parameter);
      parameters.push_back(parameter);
    }
    return parameters;
  }

  ordered_json Reference(const Descriptor& type) {
    wanted_.insert(&type);
    return {{"$ref", absl::StrCat("#/components/schemas/", type.full_name())}};
  }

  ordered_json Message(const Descriptor& type) {
    ordered_json schema;
    schema["type"] = "object";
    Describe(type, &schema);
    schema["properties"] = ordered_json::object();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      ordered_json property;
      if (field.is_map()) {
        property = {{"type", "object"},
                    {"additionalProperties", Type(*field.message_type()->FindFieldByNumber(2))}};
      } else if (field.is_repeated()) {
        property = {{"type", "array"}, {"items", Type(field)}};
      } else {
        property = Type(field);
      }
      // OpenAPI 3.0 ignores what stands beside a reference.
      if (!property.contains("$ref")) Describe(field, &property);
      schema["properties"][field.json_name()] = property;
    }
    return schema;
  }

  ordered_json Type(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return {{"type", "boolean"}};
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_UINT32:
        return {{"type", "integer"}, {"format", "int32"}};
      case FieldDescriptor::CPPTYPE_INT64:
      case FieldDescriptor::CPPTYPE_UINT64:
        return {{"type", "string"}, {"format", "int64"}};  // proto3 JSON
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return {{"type", "number"}};
      case FieldDescriptor::CPPTYPE_ENUM: {
        ordered_json names = ordered_json::array();
        for (int i = 0; i < field.enum_type()->value_count(); ++i) {
          names.push_back(field.enum_type()->value(i)->name());
        }
        return {{"type", "string"}, {"enum", names}};
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field.message_type()->full_name() == "google.protobuf.Timestamp") {
          return {{"type", "string"}, {"format", "date-time"}};
        }
        return Reference(*field.message_type());
      case FieldDescriptor::CPPTYPE_STRING:
        break;
    }
    if (field.type() == FieldDescriptor::TYPE_BYTES) {
      return {{"type", "string"}, {"format", "byte"}};
    }
    return {{"type", "string"}};
  }

  const Api& api_;
  std::set<const Descriptor*> wanted_;
  ordered_json schemas_ = ordered_json::object();
};

}  // namespace

std::string OpenApiDocument(const Api& api) { return Document(api).Write(); }

}  // namespace fupin::gateway
