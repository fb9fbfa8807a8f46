#include "libs/contract/contract.h"

#include "absl/strings/str_cat.h"

namespace fupin::contract {

const char* TypeName(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return "string";
    case FieldType::kBool:
      return "bool";
    case FieldType::kInteger:
      return "integer";
    case FieldType::kDouble:
      return "double";
  }
  return "";
}

int Contract::Index(absl::string_view field) const {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == field) return static_cast<int>(i);
  }
  return -1;
}

const Field* Contract::Find(absl::string_view field) const {
  const int index = Index(field);
  return index < 0 ? nullptr : &fields[static_cast<size_t>(index)];
}

std::string KeyOf(const Contract& contract, const Row& row) {
  std::string key;
  for (const int index : contract.key_fields) {
    const Value& value = row[static_cast<size_t>(index)];
    std::string text;
    if (const auto* number = std::get_if<fixed::Micro>(&value)) text = fixed::ToText(*number);
    if (const auto* yes = std::get_if<bool>(&value)) text = *yes ? "1" : "0";
    if (const auto* plain = std::get_if<std::string>(&value)) text = *plain;
    absl::StrAppend(&key, text.size(), ":", text);
  }
  return key;
}

}  // namespace fupin::contract
