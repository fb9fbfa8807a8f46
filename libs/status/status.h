// A status that carries a stable reason code, the field it is about and texts in two languages.
#ifndef FUPIN_LIBS_STATUS_STATUS_H_
#define FUPIN_LIBS_STATUS_STATUS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fupin {

// Why something was refused, for people (both languages) and for programs (`reason`).
// No personal value may stand in any of the texts.
struct Problem {
  std::string reason;      // stable, UPPER_SNAKE: "CITIZEN_NUMBER_CHECK_DIGIT"
  std::string field;       // path of the field, may be empty
  std::string message_zh;  // what is wrong and what to do
  std::string message_en;
};

// A status of `code` whose message is the English text and that carries `problems` (at least one).
absl::Status ProblemStatus(absl::StatusCode code, std::vector<Problem> problems);
absl::Status ProblemStatus(absl::StatusCode code, Problem problem);

// The problems a status carries; empty for a status made otherwise.
std::vector<Problem> ProblemsOf(const absl::Status& status);

// The first problem's reason, or the canonical code's name.
std::string ReasonOf(const absl::Status& status);

// Adds "context: " before the message; keeps code and problems.
absl::Status Annotate(const absl::Status& status, absl::string_view context);

}  // namespace fupin

#endif  // FUPIN_LIBS_STATUS_STATUS_H_
