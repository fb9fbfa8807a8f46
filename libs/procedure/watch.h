// What the register looks out for, as plain values: see proto/fupin/procedure/v1/watch.proto.
#ifndef FUPIN_LIBS_PROCEDURE_WATCH_H_
#define FUPIN_LIBS_PROCEDURE_WATCH_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "libs/procedure/procedure.h"

namespace fupin::procedure {

// Numbers as in watch.proto.
enum class SuggestionKind { kMayExit = 1, kRiskMayBeRemoved = 2, kAtRisk = 3, kFellBack = 4 };

// Classes by their number: 1 poor, 2 possibly poor, 3 stable.
struct ClassIn {
  std::vector<int> classes;
};
struct ClassFell {
  int within_months = 0;
};
struct IndexDrop {
  int32_t centipoints = 0;
  int within_months = 0;
};
// at_least <= index < below.
struct IndexRange {
  int32_t at_least = 0;
  int32_t below = 0;
};
// Severities: 1 info, 2 warning, 3 serious.
struct NoOpenFinding {
  int severity = 0;
};
struct OpenFinding {
  int severity = 0;
};
using WatchCondition = std::variant<ClassIn, ClassFell, IndexDrop, IndexRange, StableIncome,
                                    NoOpenFinding, OpenFinding>;

struct WatchRule {
  std::string id;
  SuggestionKind kind = SuggestionKind::kAtRisk;
  Text name;
  Text text;
  std::vector<Basis> basis;
  std::vector<std::string> from_statuses;
  std::vector<Purpose> purposes;
  std::vector<WatchCondition> conditions;
};

}  // namespace fupin::procedure

#endif  // FUPIN_LIBS_PROCEDURE_WATCH_H_
