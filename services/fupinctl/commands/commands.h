// The commands; each returns its exit code. `arguments` are those after the command's name.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_COMMANDS_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_COMMANDS_H_

#include <string>
#include <vector>

namespace fupin::fupinctl {

using Arguments = std::vector<std::string>;

int PushCommand(const Arguments& arguments);
int SurveyCommand(const Arguments& arguments);
int DemoCommand(const Arguments& arguments);
int DemoCasesCommand(const Arguments& arguments);
int CheckCommand(const Arguments& arguments);
int BackupCommand(const Arguments& arguments);
int RestoreCommand(const Arguments& arguments);
int StatusCommand(const Arguments& arguments);
int RescoreCommand(const Arguments& arguments);
int JobCommand(const Arguments& arguments);
int RegisterCommand(const Arguments& arguments);
int MapExportCommand(const Arguments& arguments);
int MapFindCommand(const Arguments& arguments);
// Calls a method named by the command table and prints the answer. `typed` is the whole command
// line.
int CallCommand(const std::string& method, const std::string& positional_field,
                const Arguments& arguments, const Arguments& typed);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_COMMANDS_H_
