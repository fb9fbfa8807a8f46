// One value of a message as a person reads it. Empty means: there is nothing.
#ifndef FUPIN_SERVICES_FUPINCTL_VALUE_TEXT_H_
#define FUPIN_SERVICES_FUPINCTL_VALUE_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/message.h>

#include "services/fupinctl/glossary.h"

namespace fupin::fupinctl {

// A column of a view (views.h) for one message.
std::string ColumnText(const google::protobuf::Message& message, const std::string& column,
                       const Glossary& glossary);

// The entries of a map<string, string> by key, named and read by the contract of the dataset that
// the message names.
std::vector<std::pair<std::string, std::string>> MapEntries(
    const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
    const Glossary& glossary);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_VALUE_TEXT_H_
