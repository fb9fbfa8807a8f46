// Identification as it was some days ago: the real service, told another time. It gives a map a
// past, so that going back in it can be tried.
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/config/config.h"
#include "libs/process/process.h"
#include "services/identification/app.h"
#include "services/identification/config.pb.h"

ABSL_FLAG(std::string, config, "", "text proto fupin.identification.IdentificationConfig");
ABSL_FLAG(std::string, data_dir, "", "folder of the store");
ABSL_FLAG(std::string, port_file, "", "written with the three ports once the service is ready");
ABSL_FLAG(int, days_ago, 0, "how many days the clock is behind");

namespace {

class ClockOfThePast : public fupin::Clock {
 public:
  explicit ClockOfThePast(absl::Duration behind) : behind_(behind) {}
  absl::Time Now() const override { return fupin::SystemClock().Now() - behind_; }

 private:
  const absl::Duration behind_;
};

}  // namespace

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const ClockOfThePast clock(absl::Hours(24 * absl::GetFlag(FLAGS_days_ago)));
  const auto config =
      fupin::config::Load<fupin::identification::IdentificationConfig>(absl::GetFlag(FLAGS_config));
  if (!config.ok()) return fupin::process::Refuse(config.status());
  return fupin::process::RunMain("identification", config->frame(), absl::GetFlag(FLAGS_port_file),
                                 [&](fupin::process::Frame& frame) {
                                   return fupin::identification::MakeApp(
                                       *config, absl::GetFlag(FLAGS_data_dir), frame, clock);
                                 });
}
