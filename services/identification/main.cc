#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "libs/clock/clock.h"
#include "libs/clock/shifted_clock.h"
#include "libs/config/config.h"
#include "libs/log/log.h"
#include "libs/process/process.h"
#include "services/identification/app.h"
#include "services/identification/config.pb.h"

ABSL_FLAG(std::string, config, "", "text proto fupin.identification.IdentificationConfig");
ABSL_FLAG(std::string, data_dir, "", "folder of the store");
ABSL_FLAG(std::string, synthetic_clock_file, "",
          "for demonstrations with synthetic data only: a file with the seconds to be ahead of (or "
          "behind) the machine's clock; periods of notices end by that clock");
ABSL_FLAG(std::string, port_file, "", "written with the three ports once the service is ready");

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const auto config =
      fupin::config::Load<fupin::identification::IdentificationConfig>(absl::GetFlag(FLAGS_config));
  if (!config.ok()) return fupin::process::Refuse(config.status());
  const std::string clock_file = absl::GetFlag(FLAGS_synthetic_clock_file);
  const fupin::ShiftedClock shifted(clock_file);
  const fupin::Clock& clock =
      clock_file.empty() ? fupin::SystemClock() : static_cast<const fupin::Clock&>(shifted);
  if (!clock_file.empty()) {
    fupin::log::Warning("the clock of this service is shifted: synthetic data only", {});
  }
  return fupin::process::RunMain("identification", config->frame(), absl::GetFlag(FLAGS_port_file),
                                 [&](fupin::process::Frame& frame) {
                                   return fupin::identification::MakeApp(
                                       *config, absl::GetFlag(FLAGS_data_dir), frame, clock);
                                 });
}
