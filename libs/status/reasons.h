// A table of reasons: stable codes with their texts in both languages and the canonical code they
// travel under. Every service and library has one, and it is the one place where a text is changed.
#ifndef FUPIN_LIBS_STATUS_REASONS_H_
#define FUPIN_LIBS_STATUS_REASONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/status/status.h"

namespace fupin {

struct Reason {
  absl::string_view code;
  absl::StatusCode status;
  absl::string_view zh;  // "{}" is replaced by the detail
  absl::string_view en;
};

class ReasonTable {
 public:
  // The rows must outlive the table.
  explicit constexpr ReasonTable(absl::Span<const Reason> reasons) : reasons_(reasons) {}

  // `reason` must stand in the table (checked). `field` may be empty; `detail` is never a personal
  // value.
  Problem Because(absl::string_view reason, absl::string_view field,
                  absl::string_view detail) const;
  // The same as a status of the reason's canonical code.
  absl::Status Refuse(absl::string_view reason, absl::string_view field,
                      absl::string_view detail) const;

 private:
  const Reason& Find(absl::string_view code) const;

  absl::Span<const Reason> reasons_;
};

}  // namespace fupin

#endif  // FUPIN_LIBS_STATUS_REASONS_H_
