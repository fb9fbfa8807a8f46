// An exit test (ID-10) and its sample as people see them.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_WORDS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_WORDS_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fupin/identification/v1/exit_test_service.pb.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/store/exit_store.h"
#include "services/identification/store/household_store.h"

namespace fupin::identification {

// "exitTests/<id>" -> id; NOT_FOUND / EXIT_TEST_NOT_FOUND.
absl::StatusOr<std::string> ParseExitTestName(absl::string_view name);
// "exitTests/<id>/sample/<number>", numbers from 1; NOT_FOUND / EXIT_TEST_NOT_FOUND.
absl::StatusOr<std::pair<std::string, int>> ParseSampledName(const std::string& name);

// With the rates as the visits so far make them; reads the whole sample.
absl::StatusOr<v1::ExitTest> ShowExitTest(const CaseDesk& desk, const ExitStore& store,
                                          const std::string& id, const store::StoredExitTest& test);

absl::StatusOr<v1::SampledHousehold> ShowSampled(const CaseDesk& desk, const ExitStore& store,
                                                 const HouseholdStore& households,
                                                 const std::string& id, const OpenSampled& sampled);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_WORDS_H_
