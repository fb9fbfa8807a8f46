// The object graph of the exchange.
#ifndef FUPIN_SERVICES_EXCHANGE_APP_H_
#define FUPIN_SERVICES_EXCHANGE_APP_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/clock/clock.h"
#include "libs/process/process.h"
#include "services/exchange/config.pb.h"

namespace fupin::exchange {

absl::StatusOr<std::unique_ptr<process::App>> MakeApp(const ExchangeConfig& config,
                                                      const std::string& data_dir,
                                                      process::Frame& frame, const Clock& clock);

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_APP_H_
