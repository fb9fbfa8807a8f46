// Problems of a large input: all are counted, so many of each kind are kept.
#ifndef FUPIN_LIBS_OUTLINE_FAULT_LIST_H_
#define FUPIN_LIBS_OUTLINE_FAULT_LIST_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::outline {

class FaultList {
 public:
  // Of one reason: a file whose every place is wrong must not hide what else is.
  static constexpr size_t kMaxPerReason = 20;

  void Add(absl::string_view reason, absl::string_view field, absl::string_view detail = "");
  void Add(Problem problem);

  bool empty() const { return counts_.empty(); }
  size_t CountOf(absl::string_view reason) const;
  // Among those kept.
  bool Has(absl::string_view reason, absl::string_view field) const;

  // In the order added, and last, for each reason with more than kMaxPerReason, an
  // OUTLINE_MORE_FAULTS that says how many there are.
  std::vector<Problem> Take() &&;

 private:
  std::vector<Problem> problems_;
  std::map<std::string, size_t, std::less<>> counts_;
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_FAULT_LIST_H_
