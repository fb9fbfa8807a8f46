// Shows an answer as --json says.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_PRINT_ANSWER_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_PRINT_ANSWER_H_

#include <string>
#include <vector>

#include <google/protobuf/message.h>

namespace fupin::fupinctl {

// Prints text for people, or JSON with --json. Codes are explained by the contracts of --contracts
// and the form that identification gives; what cannot be read is told and codes stay codes.
// `typed` is the whole command line, for the command that gives the next page. The exit code.
int PrintAnswer(const google::protobuf::Message& answer, const std::vector<std::string>& typed);

// Standard output has so many columns; 0: it is no terminal, and COLUMNS does not say.
int TerminalColumns();

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_PRINT_ANSWER_H_
