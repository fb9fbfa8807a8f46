// A command that is one call: arguments are field=value, the answer is printed.
#include "libs/rpc/edge.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/print_answer.h"
#include "services/fupinctl/commands/unary_call.h"

namespace fupin::fupinctl {

int CallCommand(const std::string& method_name, const std::string& positional_field,
                const Arguments& arguments, const Arguments& typed) {
  const auto& method = rpc::MethodNamed(method_name);
  int exit_code = kOk;
  const auto request = ParseRequest(method, positional_field, arguments, &exit_code);
  if (request == nullptr) return exit_code;
  const auto answer = Call(method, *request);
  if (!answer.ok()) return Report(answer.status());
  return PrintAnswer(**answer, typed);
}

}  // namespace fupin::fupinctl
