// A dataset contract (数据集约定) as loaded from a descriptor set: fields with their options. Plain
// values; proto/fupin/contract/v1/contract.proto says what each option means.
#ifndef FUPIN_LIBS_CONTRACT_CONTRACT_H_
#define FUPIN_LIBS_CONTRACT_CONTRACT_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "fupin/contract/v1/contract.pb.h"
#include "libs/fixed/fixed.h"

namespace fupin::contract {

enum class FieldType { kText, kBool, kInteger, kDouble };

// "string", "bool", "integer", "double".
const char* TypeName(FieldType type);

struct Field {
  int number = 0;
  std::string name;
  FieldType type = FieldType::kText;
  bool zigzag = false;  // sint32, sint64 on the wire
  v1::FieldOptions options;
};

// Absent, a number (whole, or rounded to millionths), a yes/no or a text.
using Value = std::variant<std::monostate, fixed::Micro, bool, std::string>;
// Values in the order of Contract::fields.
using Row = std::vector<Value>;

struct Contract {
  std::string dataset;
  v1::DatasetOptions options;
  std::vector<Field> fields;    // by number
  std::vector<int> key_fields;  // indexes into fields
  int subject_field = -1;
  int effective_field = -1;
  std::string file;            // where it was read from, for messages
  std::string descriptor_set;  // serialised, as read
  // Numbers and names that later versions must not use.
  std::vector<int> reserved_numbers;

  // -1 when there is none.
  int Index(absl::string_view field) const;
  const Field* Find(absl::string_view field) const;
};

// Values of the key fields, in a form that is equal only for equal keys.
std::string KeyOf(const Contract& contract, const Row& row);

}  // namespace fupin::contract

#endif  // FUPIN_LIBS_CONTRACT_CONTRACT_H_
