#include "libs/process/process.h"

#include <csignal>
#include <ctime>

#include "absl/strings/str_cat.h"
#include "libs/config/config.h"
#include "libs/log/log.h"
#include "libs/status/status.h"

namespace fupin::process {
namespace {

constexpr int kRefused = 1;
constexpr int kUnhealthy = 3;
constexpr int kCorrupt = 4;

}  // namespace

int Refuse(const absl::Status& status) {
  for (const Problem& problem : ProblemsOf(status)) {
    log::Error("start refused", {{"reason", problem.reason},
                                 {"field", problem.field},
                                 {"message_zh", problem.message_zh},
                                 {"message_en", problem.message_en}});
  }
  if (ProblemsOf(status).empty()) log::Error("start refused", {{"message_en", status.ToString()}});
  return status.code() == absl::StatusCode::kDataLoss ? kCorrupt : kRefused;
}

int RunMain(const std::string& name, const FrameConfig& config, const std::string& port_file,
            const std::function<absl::StatusOr<std::unique_ptr<App>>(Frame&)>& make) {
  log::SetService(name);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread exists
  std::signal(SIGPIPE, SIG_IGN);

  auto frame = Frame::Create(name, config);
  if (!frame.ok()) return Refuse(frame.status());
  auto app = make(**frame);
  if (!app.ok()) return Refuse(app.status());
  if (absl::Status status = (*frame)->Start((*app)->services()); !status.ok()) {
    return Refuse(status);
  }
  if (absl::Status status = (*app)->Start(); !status.ok()) return Refuse(status);
  (*frame)->SetReady(true);
  if (!port_file.empty()) {
    const absl::Status written =
        config::WriteFile(port_file, absl::StrCat((*frame)->port(), " ", (*frame)->metrics_port(),
                                                  " ", (*frame)->health_port(), "\n"));
    if (!written.ok()) return Refuse(written);
  }
  log::Info("ready");

  int code = 0;
  const timespec pause{0, 200'000'000};
  while (sigtimedwait(&signals, nullptr, &pause) < 0) {
    if (absl::Status health = (*app)->Health(); !health.ok()) {
      log::Error("unhealthy, ending",
                 {{"reason", ReasonOf(health)}, {"message_en", health.message()}});
      code = kUnhealthy;
      break;
    }
  }
  log::Info("stopping");
  (*frame)->SetReady(false);
  (*app)->Drain();
  (*frame)->Stop();
  (*app)->Stop();
  app->reset();
  log::Info("stopped");
  return code;
}

}  // namespace fupin::process
