#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "libs/clock/clock.h"
#include "libs/config/config.h"
#include "libs/process/process.h"
#include "services/gis/app.h"
#include "services/gis/config.pb.h"

ABSL_FLAG(std::string, config, "", "text proto fupin.gis.GisConfig");
ABSL_FLAG(std::string, data_dir, "", "folder of the store");
ABSL_FLAG(std::string, port_file, "", "written with the three ports once the service is ready");

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const auto config = fupin::config::Load<fupin::gis::GisConfig>(absl::GetFlag(FLAGS_config));
  if (!config.ok()) return fupin::process::Refuse(config.status());
  return fupin::process::RunMain(
      "gis", config->frame(), absl::GetFlag(FLAGS_port_file), [&](fupin::process::Frame& frame) {
        return fupin::gis::MakeApp(*config, absl::GetFlag(FLAGS_data_dir), frame,
                                   fupin::SystemClock());
      });
}
