#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "libs/config/config.h"
#include "libs/process/process.h"
#include "services/gateway/app.h"
#include "services/gateway/config.pb.h"

ABSL_FLAG(std::string, config, "", "text proto fupin.gateway.GatewayConfig");
ABSL_FLAG(std::string, data_dir, "", "accepted as of every service; the gateway keeps no data");
ABSL_FLAG(std::string, port_file, "", "written with the three ports once the service is ready");

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const auto config =
      fupin::config::Load<fupin::gateway::GatewayConfig>(absl::GetFlag(FLAGS_config));
  if (!config.ok()) return fupin::process::Refuse(config.status());
  return fupin::process::RunMain(
      "gateway", config->frame(), absl::GetFlag(FLAGS_port_file),
      [&](fupin::process::Frame& frame) { return fupin::gateway::MakeApp(*config, frame); });
}
