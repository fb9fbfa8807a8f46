#include "libs/procedure/procedure.h"

namespace fupin::procedure {

const Action* Step::FindAction(absl::string_view action) const {
  for (const Action& each : actions) {
    if (each.id == action) return &each;
  }
  return nullptr;
}

std::optional<size_t> Procedure::FindStep(absl::string_view step) const {
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].id == step) return i;
  }
  return std::nullopt;
}

}  // namespace fupin::procedure
