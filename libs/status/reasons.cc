#include "libs/status/reasons.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "libs/status/macros.h"

namespace fupin {

const Reason& ReasonTable::Find(absl::string_view code) const {
  for (const Reason& reason : reasons_) {
    if (reason.code == code) return reason;
  }
  FUPIN_CHECK(false);
}

Problem ReasonTable::Because(absl::string_view reason, absl::string_view field,
                             absl::string_view detail) const {
  const Reason& known = Find(reason);
  return {std::string(known.code), std::string(field),
          absl::StrReplaceAll(known.zh, {{"{}", detail}}),
          absl::StrReplaceAll(known.en, {{"{}", detail}})};
}

absl::Status ReasonTable::Refuse(absl::string_view reason, absl::string_view field,
                                 absl::string_view detail) const {
  return ProblemStatus(Find(reason).status, Because(reason, field, detail));
}

}  // namespace fupin
