// From main() to exit code, the same for every service.
#ifndef FUPIN_LIBS_PROCESS_PROCESS_H_
#define FUPIN_LIBS_PROCESS_PROCESS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/impl/service_type.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/process/frame.h"

namespace fupin::process {

// What a service is to its process.
class App {
 public:
  virtual ~App() = default;
  virtual std::vector<grpc::Service*> services() = 0;
  // After the servers listen: start workers. The process becomes ready when this returns OK.
  virtual absl::Status Start() = 0;
  // Asked a few times a second; an error ends the process (exit 3) so that it is started anew.
  virtual absl::Status Health() = 0;
  // Before open calls are awaited: end the endless ones (watches).
  virtual void Drain() = 0;
  // After the last call ended: stop workers and close the store.
  virtual void Stop() = 0;
};

// Blocks SIGTERM and SIGINT, makes frame and app, serves until a signal, stops in order.
// `port_file`, when not empty, receives "port metrics_port health_port" once ready.
// Exit codes: 0 after a signal; 1 start refused (reason on standard error); 3 the app became
// unhealthy; 4 the store is corrupt (DATA_LOSS: restore or repair, do not restart).
int RunMain(const std::string& name, const FrameConfig& config, const std::string& port_file,
            const std::function<absl::StatusOr<std::unique_ptr<App>>(Frame&)>& make);

// Prints why a process ends, on standard error, in both languages.
int Refuse(const absl::Status& status);

}  // namespace fupin::process

#endif  // FUPIN_LIBS_PROCESS_PROCESS_H_
