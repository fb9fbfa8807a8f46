// The draw of an exit test (ID-10): the frames of a county, how many of each, and who.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_DRAW_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_DRAW_H_

#include <vector>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/exit_test_service.pb.h"
#include "libs/division/tree.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/case_lists.h"
#include "services/identification/store/exit_store.h"

namespace fupin::identification {

// The sample of a test that has its seed; fills its strata, sizes and counts. EXIT_TEST_FRAME: a
// frame has nobody in it.
absl::StatusOr<std::vector<store::StoredSampled>> DrawSample(
    const CaseDesk& desk, const CaseLists& lists, const ExitStore& store,
    const v1::CreateExitTestRequest& request, const division::Division& county,
    const procedure::ExitStandard& standard, store::StoredExitTest* test);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_EXIT_DRAW_H_
