// The object graph of the map.
#ifndef FUPIN_SERVICES_GIS_APP_H_
#define FUPIN_SERVICES_GIS_APP_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/clock/clock.h"
#include "libs/process/process.h"
#include "services/gis/config.pb.h"

namespace fupin::gis {

absl::StatusOr<std::unique_ptr<process::App>> MakeApp(const GisConfig& config,
                                                      const std::string& data_dir,
                                                      process::Frame& frame, const Clock& clock);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_APP_H_
