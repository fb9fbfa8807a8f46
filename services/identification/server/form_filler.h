// Fills the registration form of a household from what is held (ID-8): answers, departments'
// records, the register and the case on its way there. What is absent stays absent.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_FORM_FILLER_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_FORM_FILLER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/register_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/procedure/procedure.h"
#include "services/identification/server/judge.h"
#include "services/identification/server/procedures.h"
#include "services/identification/server/registration_form.h"
#include "services/identification/store/case_store.h"
#include "services/identification/store/register_store.h"

namespace fupin::identification {

// Safe for concurrent use.
class FormFiller {
 public:
  FormFiller(const RegistrationForms& forms, const Gatherer& gatherer, const CaseStore& cases,
             const RegisterStore& registered, const Knowledge& knowledge,
             const Procedures& procedures, std::shared_ptr<const division::Tree> divisions,
             const Clock& clock)
      : forms_(forms),
        gatherer_(gatherer),
        cases_(cases),
        registered_(registered),
        knowledge_(knowledge),
        procedures_(procedures),
        divisions_(std::move(divisions)),
        clock_(clock) {}

  bool HasForm() const { return forms_.current() != nullptr; }

  // By its newest case while that is open, else by the register. HOUSEHOLD_NOT_FOUND for one that
  // is neither surveyed nor in the register; FORM_NOT_SET.
  absl::StatusOr<v1::FilledForm> Fill(const std::string& household) const;

  // Required items that are not there, for this case of it. Some 0.3 ms.
  absl::StatusOr<std::vector<procedure::Text>> Gaps(const std::string& household,
                                                    const store::StoredCase& open) const;

 private:
  absl::StatusOr<v1::FilledForm> Fill(const std::string& household, const store::StoredCase* open,
                                      const std::string& open_id) const;

  const RegistrationForms& forms_;
  const Gatherer& gatherer_;
  const CaseStore& cases_;
  const RegisterStore& registered_;
  const Knowledge& knowledge_;
  const Procedures& procedures_;
  const std::shared_ptr<const division::Tree> divisions_;
  const Clock& clock_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_FORM_FILLER_H_
