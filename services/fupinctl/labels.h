// What fields and enum values are called for people: Chinese first, English beside it. The names
// themselves are the table in labels.cc.
#ifndef FUPIN_SERVICES_FUPINCTL_LABELS_H_
#define FUPIN_SERVICES_FUPINCTL_LABELS_H_

#include <string>

#include <google/protobuf/descriptor.h>

namespace fupin::fupinctl {

struct Label {
  std::string zh;  // empty: the table has no name
  std::string en;
};

// The table's row "Message.field", else its row "field"; for a member of a oneof that of the oneof.
// The English name is the field's with blanks, without the unit at its end.
Label LabelOf(const google::protobuf::FieldDescriptor& field);
// A name that stands for several fields, e.g. "interval".
Label LabelNamed(const std::string& key);

// "贫困 poor"; empty for the value 0 of every enum, which says nothing.
std::string TextOf(const google::protobuf::EnumValueDescriptor& value);
// The Chinese half of it, empty when the table has none.
std::string ChineseOf(const google::protobuf::EnumValueDescriptor& value);
// "poor" of POVERTY_CLASS_POOR in enum PovertyClass.
std::string EnglishOf(const google::protobuf::EnumValueDescriptor& value);

// The same for a text that is one of a few words; empty when the table has none.
std::string WordOf(const google::protobuf::FieldDescriptor& field, const std::string& value);

// "中文 english"; one of them when they are the same or one is empty.
std::string Both(const std::string& zh, const std::string& en);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_LABELS_H_
