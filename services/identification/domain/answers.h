// Are the answers of a survey what the form asks for? (ID-2, I13)
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_ANSWERS_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_ANSWERS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "libs/catalog/catalog.h"
#include "libs/status/status.h"

namespace fupin::identification {

// An answer as it was sent.
struct SentAnswer {
  enum class Kind { kNone, kNumber, kYes, kChoice, kText, kAbsent };
  std::string question;
  Kind kind = Kind::kNone;
  std::string text;  // number, choice code or text
};

// Everything that is wrong; empty: all may be stored. `path` begins the field names of problems,
// e.g. "survey.members[2].". Absence is an answer of its own and never checked against ranges.
std::vector<Problem> CheckAnswers(const catalog::Catalog& catalog,
                                  absl::Span<const SentAnswer> answers, bool of_member,
                                  const std::string& path);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_ANSWERS_H_
