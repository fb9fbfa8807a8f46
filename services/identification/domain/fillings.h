// Where the values of one household come from (EX-4): which indicator was filled by a department's
// system, which by somebody's hands, and what each dataset gave.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_FILLINGS_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_FILLINGS_H_

#include <cstdint>
#include <map>
#include <string>

#include "services/identification/domain/derive.h"
#include "services/identification/domain/household.h"

namespace fupin::identification {

// On disk as numbers: do not renumber.
enum class ColumnFilling : char {
  kNotApplicable = 0,
  kAutomatic = 1,  // from a department's system
  kManual = 2,     // typed: an answer of the survey, or a record typed at the department
  kAbsent = 3,
};

struct DatasetUse {
  int values = 0;                    // indicators that rest on its records
  int64_t business_seconds_sum = 0;  // over these: since 1970, newest record of each
};

struct Fillings {
  std::string by_indicator;                    // a ColumnFilling each, in catalog order
  std::map<std::string, DatasetUse> datasets;  // every dataset with a record about this household
};

Fillings FillingsOf(const Household& household, const Derivation& derivation);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_FILLINGS_H_
