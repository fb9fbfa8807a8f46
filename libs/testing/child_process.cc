#include "libs/testing/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "libs/status/macros.h"

namespace fupin::testing {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(5);

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, const std::string& log_file,
                           const std::string& out_file) {
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  FUPIN_CHECK(pid_ >= 0);
  if (pid_ > 0) return;
  // In the child: nothing but system calls until exec.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log >= 0) {
    dup2(log, 2);
    if (out_file.empty()) dup2(log, 1);
  }
  if (!out_file.empty()) {
    const int out = open(out_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out >= 0) dup2(out, 1);
  }
  execv(arguments[0], arguments.data());
  _exit(127);
}

ChildProcess::~ChildProcess() {
  if (Running()) {
    Signal(SIGKILL);
    Wait(absl::Seconds(10));
  }
}

void ChildProcess::Signal(int signal) {
  if (!ended_) kill(pid_, signal);
}

int ChildProcess::Wait(absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  while (!ended_) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      ended_ = true;
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else if (absl::Now() >= end) {
      return -1;
    } else {
      absl::SleepFor(kLook);
    }
  }
  return exit_code_;
}

bool ChildProcess::Running() { return Wait(absl::ZeroDuration()) == -1 && !ended_; }

ServiceProcess::ServiceProcess(std::string binary, const std::string& config, std::string dir)
    : binary_(std::move(binary)), dir_(std::move(dir)) {
  std::filesystem::create_directories(dir_);
  std::ofstream(dir_ + "/config.textproto") << config;
}

bool ServiceProcess::Start(absl::Duration timeout) {
  const std::string port_file = dir_ + "/ports";
  std::filesystem::remove(port_file);
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{binary_, "--config=" + dir_ + "/config.textproto",
                               "--data_dir=" + data_dir(), "--port_file=" + port_file},
      dir_ + "/log");
  const absl::Time end = absl::Now() + timeout;
  while (absl::Now() < end) {
    std::ifstream file(port_file);
    if (file >> ports_.grpc >> ports_.metrics >> ports_.health) return true;
    if (!process_->Running()) return false;
    absl::SleepFor(kLook);
  }
  return false;
}

void ServiceProcess::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait(absl::Seconds(10));
}

int ServiceProcess::Stop(absl::Duration timeout) {
  process_->Signal(SIGTERM);
  return process_->Wait(timeout);
}

int ServiceProcess::WaitForExit(absl::Duration timeout) { return process_->Wait(timeout); }

std::string ServiceProcess::log() const {
  std::ifstream file(dir_ + "/log");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace fupin::testing
