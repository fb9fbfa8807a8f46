// Leads cases of the demonstration on synthetic data (合成数据) through their steps, as the
// officers who may: cun1 (village), xiang1, xiang2 (township), xian1, xian2 (county), by the
// certificates officer-<division>-<name>.
#ifndef FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_DRIVER_H_
#define FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_DRIVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "fupin/identification/v1/case_service.grpc.pb.h"
#include "fupin/identification/v1/notice_service.grpc.pb.h"
#include "services/fupinctl/commands/demo_tablet.h"

namespace fupin::fupinctl {

std::string VillageOf(const std::string& division);
std::string TownshipOf(const std::string& division);
std::string CountyOf(const std::string& division);

// Cases of one village.
class DemoDriver {
 public:
  DemoDriver(const std::string& village, DemoTablet& tablet);

  // Returns the case's name.
  absl::StatusOr<std::string> Open(const std::string& household, const std::string& procedure,
                                   const std::string& lead);
  // As far as it may go at `now`, or to the step `until`; there `post` says whether its notice
  // hangs.
  absl::Status Advance(const std::string& name, const std::string& until, bool post,
                       absl::Time now);
  absl::Status Refuse(const std::string& name, const std::string& reason);
  absl::Status Withdraw(const std::string& name);
  // Somebody objects to the notice of the case.
  absl::Status Object(const std::string& name);
  absl::StatusOr<identification::v1::Case> Get(const std::string& name);

 private:
  absl::StatusOr<identification::v1::Case> GetAs(size_t who, const std::string& name);
  absl::StatusOr<identification::v1::Case> Act(const std::string& name, size_t who,
                                               const std::string& action, const std::string& reason,
                                               const std::string& status);
  absl::StatusOr<bool> Post(const identification::v1::Case& now);
  absl::StatusOr<bool> Step(const std::string& name, absl::Time now);
  // Brings what a step asks for; false: it can only wait.
  absl::StatusOr<bool> Bring(size_t who, const identification::v1::Case& now,
                             const std::string& why, absl::Time time);

  DemoTablet& tablet_;
  std::vector<std::unique_ptr<identification::v1::CaseService::Stub>> cases_;
  std::vector<std::unique_ptr<identification::v1::NoticeService::Stub>> notices_;
  std::vector<std::string> divisions_;
  int causes_ = 0;  // entered so far
};

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_COMMANDS_DEMO_DRIVER_H_
