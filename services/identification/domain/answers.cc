#include "services/identification/domain/answers.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/text.h"
#include "libs/fixed/fixed.h"
#include "services/identification/domain/reasons.h"

namespace fupin::identification {
namespace {

using Type = catalog::Question::Type;
using Kind = SentAnswer::Kind;

constexpr size_t kMaxTextBytes = 1000;

Kind Expected(Type type) {
  switch (type) {
    case Type::kInteger:
    case Type::kNumber:
    case Type::kMoneyYuan:
    case Type::kYear:
      return Kind::kNumber;
    case Type::kBoolean:
      return Kind::kYes;
    case Type::kChoice:
      return Kind::kChoice;
    case Type::kDate:
    case Type::kText:
      return Kind::kText;
  }
  return Kind::kNone;
}

// Reason of what is wrong with a number, or empty.
std::string CheckNumber(const catalog::Question& question, const std::string& text) {
  const auto number = fixed::ParseMicro(text);
  if (const std::string reason = ReasonOf(number.status()); !number.ok()) {
    if (reason == "NUMBER_RANGE") return "ANSWER_RANGE";
    return reason == "NUMBER_DECIMALS" ? "ANSWER_DECIMALS" : "ANSWER_TYPE";
  }
  const int64_t fraction = number->units % fixed::kMicroPerOne;
  const bool whole = question.type == Type::kInteger || question.type == Type::kYear;
  if ((whole && fraction != 0) ||
      (question.type == Type::kMoneyYuan && fraction % (fixed::kMicroPerOne / 100) != 0)) {
    return "ANSWER_DECIMALS";
  }
  const double value = fixed::ToDouble(*number);
  if ((question.min && value < *question.min) || (question.max && value > *question.max)) {
    return "ANSWER_RANGE";
  }
  return "";
}

std::string CheckOne(const catalog::Question& question, const SentAnswer& answer) {
  if (answer.kind == Kind::kNone) return "ANSWER_MISSING";
  if (answer.kind == Kind::kAbsent) return "";
  if (answer.kind != Expected(question.type)) return "ANSWER_TYPE";
  switch (answer.kind) {
    case Kind::kNumber:
      return CheckNumber(question, answer.text);
    case Kind::kChoice: {
      const bool known =
          std::any_of(question.choices.begin(), question.choices.end(),
                      [&](const auto& choice) { return choice.code == answer.text; });
      return known ? "" : "ANSWER_CHOICE";
    }
    case Kind::kText:
      if (question.type == Type::kDate) {
        return codes::ParseDate(answer.text).ok() ? "" : "ANSWER_TYPE";
      }
      return answer.text.size() <= kMaxTextBytes && codes::CheckText(answer.text).ok()
                 ? ""
                 : "ANSWER_TYPE";
    default:
      return "";
  }
}

}  // namespace

std::vector<Problem> CheckAnswers(const catalog::Catalog& catalog,
                                  absl::Span<const SentAnswer> answers, bool of_member,
                                  const std::string& path) {
  std::vector<Problem> problems;
  if (answers.size() > catalog.questions.size()) {
    problems.push_back(Because("ANSWERS_TOO_MANY", absl::StrCat(path, "answers")));
    return problems;
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < answers.size(); ++i) {
    const SentAnswer& answer = answers[i];
    const std::string field = absl::StrCat(path, "answers[", i, "]");
    const catalog::Question* question = catalog.FindQuestion(answer.question);
    // The code comes from outside: only what the catalog knows is repeated in a text.
    if (question == nullptr) {
      problems.push_back(Because("QUESTION_UNKNOWN", field, absl::StrCat("#", i)));
      continue;
    }
    if (question->of_member != of_member) {
      problems.push_back(Because("QUESTION_SCOPE", field, question->code));
      continue;
    }
    if (!seen.insert(answer.question).second) {
      problems.push_back(Because("QUESTION_REPEATED", field, question->code));
      continue;
    }
    const std::string reason = CheckOne(*question, answer);
    if (!reason.empty()) problems.push_back(Because(reason, field, question->code));
  }
  return problems;
}

}  // namespace fupin::identification
