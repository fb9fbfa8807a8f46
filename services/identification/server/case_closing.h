// Ends the open cases of a household in which nobody lives any more: it moved or became part of
// another. What was asked for is asked anew of the household it went on in.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_CLOSING_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_CLOSING_H_

#include <string>

#include "absl/status/status.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/store/household_store.h"

namespace fupin::identification {

// Safe for concurrent use.
class CaseClosing {
 public:
  CaseClosing(CaseDesk& desk, const HouseholdStore& households)
      : desk_(desk), households_(households) {}

  // Does nothing for a household that lives. ABORTED / CASE_MOVED: somebody moved a case meanwhile.
  absl::Status Run(const std::string& household);

 private:
  CaseDesk& desk_;
  const HouseholdStore& households_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_CLOSING_H_
