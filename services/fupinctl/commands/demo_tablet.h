// Somebody with a tablet who goes to households of the demonstration (合成数据) again.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_TABLET_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_TABLET_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"

namespace fupin::fupinctl {

class DemoTablet {
 public:
  // `key_file` as `fupinctl demo` wrote it of the same flags.
  static absl::StatusOr<DemoTablet> Make(const std::string& key_file);

  // The household answers as it did the first time.
  absl::Status Visit(const std::string& household, absl::Time now);

 private:
  DemoTablet() = default;
  std::map<std::string, identification::v1::SubmitSurveyRequest> surveys_;  // by household
  std::unique_ptr<identification::v1::IdentificationService::Stub> stub_;
};

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_TABLET_H_
