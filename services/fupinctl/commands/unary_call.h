// Any unary method of a service by its descriptor.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_UNARY_CALL_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_UNARY_CALL_H_

#include <memory>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/status/statusor.h"
#include "services/fupinctl/commands/commands.h"

namespace fupin::fupinctl {

// Arguments are FIELD=VALUE, or VALUE alone for `positional_field`. A value that begins with @ is
// the content of a file; NAME=FILE stands for NAME_text=@FILE where the request has only the
// latter. Null after telling on standard error what is wrong; `*exit_code` is then set.
std::unique_ptr<google::protobuf::Message> ParseRequest(
    const google::protobuf::MethodDescriptor& method, const std::string& positional_field,
    const Arguments& arguments, int* exit_code);

absl::StatusOr<std::unique_ptr<google::protobuf::Message>> Call(
    const google::protobuf::MethodDescriptor& method, const google::protobuf::Message& request);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_UNARY_CALL_H_
