// The object graph of identification.
#ifndef FUPIN_SERVICES_IDENTIFICATION_APP_H_
#define FUPIN_SERVICES_IDENTIFICATION_APP_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/clock/clock.h"
#include "libs/process/process.h"
#include "services/identification/config.pb.h"

namespace fupin::identification {

absl::StatusOr<std::unique_ptr<process::App>> MakeApp(const IdentificationConfig& config,
                                                      const std::string& data_dir,
                                                      process::Frame& frame, const Clock& clock);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_APP_H_
