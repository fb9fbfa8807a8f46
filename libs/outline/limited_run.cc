#include "libs/outline/limited_run.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "libs/outline/reasons.h"

namespace fupin::outline {
namespace {

constexpr size_t kMaxSaid = 300;
constexpr int kNoSuchProgram = 127;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

void Limit(__rlimit_resource what, uint64_t value) {
  const rlimit limit{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
  setrlimit(what, &limit);
}

// In the child: nothing but system calls until the program is there.
[[noreturn]] void Become(char** argv, const char* out, const char* said, const RunLimits& limits) {
  constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
  const int nothing = open("/dev/null", O_RDONLY);
  const int out_file = open(out, kWrite, 0600), said_file = open(said, kWrite, 0600);
  if (nothing < 0 || out_file < 0 || said_file < 0) _exit(1);
  dup2(nothing, STDIN_FILENO);
  dup2(out_file, STDOUT_FILENO);
  dup2(said_file, STDERR_FILENO);
  Limit(RLIMIT_CPU, limits.cpu_seconds);
  Limit(RLIMIT_AS, limits.memory_bytes);
  Limit(RLIMIT_FSIZE, limits.file_bytes);
  Limit(RLIMIT_CORE, 0);
  execvp(argv[0], argv);
  _exit(errno == ENOENT ? kNoSuchProgram : 1);
}

}  // namespace

absl::StatusOr<std::string> RunLimited(const std::string& folder,
                                       const std::vector<std::string>& words,
                                       const RunLimits& limits) {
  const std::string out = absl::StrCat(folder, "/out"), said = absl::StrCat(folder, "/said");
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t process = fork();
  if (process < 0) return Refuse("OGR_FAILED", "", absl::StrCat("cannot start ", words[0]));
  if (process == 0) Become(argv.data(), out.c_str(), said.c_str(), limits);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return ContentOf(out);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoSuchProgram)
    return Refuse("OGR_MISSING", "", words[0]);
  // Out of CPU time the kernel kills; nobody else does.
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
    return Refuse("OGR_LIMIT", "", absl::StrCat(limits.cpu_seconds, " s CPU"));
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ)
    return Refuse("OGR_LIMIT", "", absl::StrCat(limits.file_bytes, " bytes"));
  if (WIFSIGNALED(status))
    return Refuse("OGR_FAILED", "", absl::StrCat("signal ", WTERMSIG(status)));
  return Refuse("OGR_FAILED", "", ContentOf(said).substr(0, kMaxSaid));
}

}  // namespace fupin::outline
