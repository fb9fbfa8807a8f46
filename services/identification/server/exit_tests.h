// Tests of counties' exits (ID-10): made and shown.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_TESTS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_TESTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/exit_test_service.pb.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/case_lists.h"
#include "services/identification/store/exit_store.h"

namespace fupin::identification {

// Safe for concurrent use. Every call asks for an officer of a county or above.
class ExitTests {
 public:
  ExitTests(ExitStore& store, const CaseDesk& desk, const CaseLists& lists, int county_level)
      : store_(store), desk_(desk), lists_(lists), county_level_(county_level) {}

  absl::StatusOr<v1::ExitTest> Create(const v1::CreateExitTestRequest& request,
                                      const rpc::Caller& caller);
  absl::StatusOr<v1::ListExitTestsResponse> List(const std::string& division,
                                                 const rpc::Caller& caller) const;
  absl::StatusOr<v1::ExitTest> Get(const std::string& name, const rpc::Caller& caller) const;
  // One within the caller's division. EXIT_TEST_NOT_FOUND.
  absl::StatusOr<store::StoredExitTest> Take(const std::string& id,
                                             const rpc::Caller& caller) const;

 private:
  absl::Status NeedLevel(const rpc::Caller& caller) const;

  ExitStore& store_;
  const CaseDesk& desk_;
  const CaseLists& lists_;
  const int county_level_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_TESTS_H_
