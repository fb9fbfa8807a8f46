// Runs over the stored values of every household in blocks the scoring kernel takes.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_VALUE_SCAN_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_VALUE_SCAN_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/catalog/catalog.h"
#include "libs/kv/store.h"
#include "services/identification/domain/scoring.h"

namespace fupin::identification {

// Up to kBlockHouseholds households, column by column.
struct ValueBlock {
  size_t count = 0;
  // Value of household h and column c at values[c * kBlockHouseholds + h]; indicators, then
  // references.
  std::vector<float> values;
  std::vector<std::string> townships;  // partition's township, per household
  std::vector<int> classes;            // class stored with the values
};

// Calls `visit` for block after block; rows derived by another catalog's sources are left out and
// counted in `skipped`. Costs about what reading the bytes costs.
absl::Status ScanValues(const kv::Store& kv, const catalog::Catalog& catalog, int64_t* skipped,
                        const std::function<absl::Status(const ValueBlock&)>& visit);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_VALUE_SCAN_H_
