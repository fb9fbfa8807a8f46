// The households drawn for an exit test (ID-10), and what those who visit them find.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_VISITS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_VISITS_H_

#include "absl/status/statusor.h"
#include "fupin/identification/v1/exit_test_service.pb.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/exit_tests.h"
#include "services/identification/store/exit_store.h"
#include "services/identification/store/household_store.h"

namespace fupin::identification {

// Safe for concurrent use. Every call asks for an officer of a county or above.
class ExitVisits {
 public:
  ExitVisits(ExitStore& store, const HouseholdStore& households, const CaseDesk& desk,
             const ExitTests& tests)
      : store_(store), households_(households), desk_(desk), tests_(tests) {}

  absl::StatusOr<v1::ListExitTestSampleResponse> Sample(
      const v1::ListExitTestSampleRequest& request, const rpc::Caller& caller) const;
  absl::StatusOr<v1::SampledHousehold> Visit(const v1::RecordExitTestVisitRequest& request,
                                             const rpc::Caller& caller);

 private:
  absl::StatusOr<v1::SampledHousehold> Show(const std::string& id,
                                            const OpenSampled& sampled) const;

  ExitStore& store_;
  const HouseholdStore& households_;
  const CaseDesk& desk_;
  const ExitTests& tests_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_VISITS_H_
