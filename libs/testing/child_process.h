// A real process under test: started, killed, stopped, never left behind.
#ifndef FUPIN_LIBS_TESTING_CHILD_PROCESS_H_
#define FUPIN_LIBS_TESTING_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace fupin::testing {

class ChildProcess {
 public:
  // Standard error goes to `log_file` (appended); standard output to `out_file` when not empty.
  ChildProcess(const std::vector<std::string>& command, const std::string& log_file,
               const std::string& out_file = "");
  // Kills it when it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal);
  // Exit code; 128 + signal when killed; -1 when it still runs after `timeout`.
  int Wait(absl::Duration timeout);
  bool Running();

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
  bool ended_ = false;
};

// Ports a service wrote when it became ready.
struct Ports {
  int grpc = 0;
  int metrics = 0;
  int health = 0;
};

// A service of the suite with a folder of its own.
class ServiceProcess {
 public:
  // `binary` in build/<preset>/bin; `config` is the text proto; `dir` holds data, log and ports.
  ServiceProcess(std::string binary, const std::string& config, std::string dir);

  // Starts it and waits until it is ready; false when it ended instead (see log()).
  bool Start(absl::Duration timeout = absl::Seconds(30));
  // kill -9.
  void Kill();
  // SIGTERM; exit code, -1 when it did not end in time.
  int Stop(absl::Duration timeout = absl::Seconds(30));
  // Waits for it to end by itself.
  int WaitForExit(absl::Duration timeout);

  const Ports& ports() const { return ports_; }
  std::string address() const { return "localhost:" + std::to_string(ports_.grpc); }
  std::string data_dir() const { return dir_ + "/data"; }
  std::string log() const;
  ChildProcess& process() { return *process_; }

 private:
  const std::string binary_;
  const std::string dir_;
  Ports ports_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace fupin::testing

#endif  // FUPIN_LIBS_TESTING_CHILD_PROCESS_H_
