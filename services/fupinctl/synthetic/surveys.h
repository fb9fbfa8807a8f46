// What the synthetic households answer.
#ifndef FUPIN_SERVICES_FUPINCTL_SYNTHETIC_SURVEYS_H_
#define FUPIN_SERVICES_FUPINCTL_SYNTHETIC_SURVEYS_H_

#include <vector>

#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/catalog/catalog.h"
#include "services/fupinctl/synthetic/population.h"

namespace fupin::synthetic {

// One survey per household, in order; a person planted as standing in two households stands in two.
std::vector<identification::v1::SubmitSurveyRequest> MakeSurveys(const Population& population,
                                                                 const catalog::Catalog& catalog,
                                                                 uint64_t seed);

}  // namespace fupin::synthetic

#endif  // FUPIN_SERVICES_FUPINCTL_SYNTHETIC_SURVEYS_H_
