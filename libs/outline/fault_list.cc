#include "libs/outline/fault_list.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/outline/reasons.h"

namespace fupin::outline {

void FaultList::Add(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  Add(Because(reason, field, detail));
}

void FaultList::Add(Problem problem) {
  if (++counts_[problem.reason] <= kMaxPerReason) problems_.push_back(std::move(problem));
}

size_t FaultList::CountOf(absl::string_view reason) const {
  const auto at = counts_.find(std::string(reason));
  return at == counts_.end() ? 0 : at->second;
}

bool FaultList::Has(absl::string_view reason, absl::string_view field) const {
  for (const Problem& problem : problems_) {
    if (problem.reason == reason && problem.field == field) return true;
  }
  return false;
}

std::vector<Problem> FaultList::Take() && {
  for (const auto& [reason, count] : counts_) {
    if (count > kMaxPerReason) {
      problems_.push_back(Because("OUTLINE_MORE_FAULTS", reason,
                                  absl::StrCat(count, " ", reason, " (", kMaxPerReason, ")")));
    }
  }
  return std::move(problems_);
}

}  // namespace fupin::outline
