#include "libs/contract/quality.h"

#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/numbers.h"
#include "libs/codes/text.h"
#include "libs/contract/reasons.h"

namespace fupin::contract {
namespace {

constexpr int kDefaultMaxLength = 200;

bool Absent(const Value& value) { return std::holds_alternative<std::monostate>(value); }

// OK, or why `text` is not of the format; may bring it into its one form.
absl::Status CheckFormat(v1::Format format, std::string* text, absl::CivilDay today,
                         const std::function<bool(absl::string_view)>& division_exists) {
  switch (format) {
    case v1::FORMAT_CITIZEN_NUMBER: {
      auto number = codes::CitizenNumber::Parse(*text, today);
      if (!number.ok()) return number.status();
      *text = number->text();
      return absl::OkStatus();
    }
    case v1::FORMAT_CREDIT_CODE:
      return codes::CheckCreditCode(*text);
    case v1::FORMAT_DIVISION_CODE:
      return division_exists(*text) ? absl::OkStatus() : Refuse("DIVISION_UNKNOWN", "");
    case v1::FORMAT_DATE:
      return codes::ParseDate(*text).status();
    case v1::FORMAT_MONTH:
      return codes::ParseMonth(*text).status();
    case v1::FORMAT_YEAR:
      return codes::ParseYear(*text).status();
    case v1::FORMAT_PHONE:
      return codes::CheckPhone(*text);
    case v1::FORMAT_BANK_CARD:
      return codes::CheckBankCard(*text);
    case v1::FORMAT_PLATE:
      return codes::CheckPlate(*text);
    case v1::FORMAT_PERSON_NAME: {
      auto name = codes::NormaliseName(*text);
      if (!name.ok()) return name.status();
      *text = *std::move(name);
      return absl::OkStatus();
    }
    default:
      return absl::OkStatus();
  }
}

bool Holds(v1::RecordRule::Operator op, const Value& left, const Value& right) {
  switch (op) {
    case v1::RecordRule::OPERATOR_LE:
      return left <= right;
    case v1::RecordRule::OPERATOR_LT:
      return left < right;
    case v1::RecordRule::OPERATOR_GE:
      return left >= right;
    case v1::RecordRule::OPERATOR_GT:
      return left > right;
    case v1::RecordRule::OPERATOR_EQ:
      return left == right;
    case v1::RecordRule::OPERATOR_NE:
      return left != right;
    default:
      return true;
  }
}

// False when both can be read and the day is not the one inside the number.
bool IsBirthDateOf(const Value& day, const Value& number, absl::CivilDay today) {
  const auto* day_text = std::get_if<std::string>(&day);
  const auto* number_text = std::get_if<std::string>(&number);
  if (day_text == nullptr || number_text == nullptr) return true;
  const auto born = codes::ParseDate(*day_text);
  const auto citizen = codes::CitizenNumber::Parse(*number_text, today);
  return !born.ok() || !citizen.ok() || *born == citizen->birth_date();
}

// The first day a date, month or year stands for; nullopt when it is none of them.
std::optional<absl::CivilDay> FirstDay(v1::Format format, const std::string& text) {
  if (format == v1::FORMAT_DATE) {
    if (const auto day = codes::ParseDate(text); day.ok()) return *day;
  } else if (format == v1::FORMAT_MONTH) {
    if (const auto month = codes::ParseMonth(text); month.ok()) return absl::CivilDay(*month);
  } else if (format == v1::FORMAT_YEAR) {
    if (const auto year = codes::ParseYear(text); year.ok()) return absl::CivilDay(*year);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Problem> CheckQuality(const Contract& contract, const ContractSet& set, Row* row,
                                  absl::CivilDay today,
                                  const std::function<bool(absl::string_view)>& division_exists) {
  std::vector<Problem> problems;
  for (size_t i = 0; i < contract.fields.size(); ++i) {
    const Field& field = contract.fields[i];
    const v1::FieldOptions& options = field.options;
    Value& value = (*row)[i];
    if (auto* text = std::get_if<std::string>(&value)) {
      // An empty text says nothing.
      if (text->empty()) {
        value = std::monostate();
      } else {
        absl::Status status = codes::CheckText(*text);
        if (status.ok()) status = CheckFormat(options.format(), text, today, division_exists);
        for (Problem problem : ProblemsOf(status)) {
          problem.field = field.name;
          problems.push_back(std::move(problem));
        }
        const int max_length = options.max_length() > 0 ? options.max_length() : kDefaultMaxLength;
        const auto points = codes::CodePoints(*text);
        if (points.ok() && static_cast<int>(points->size()) > max_length) {
          problems.push_back(Because("TEXT_TOO_LONG", field.name, absl::StrCat(max_length)));
        }
        if (!options.code_list().empty() && !set.HasCode(options.code_list(), *text)) {
          problems.push_back(Because("CODE_UNKNOWN", field.name, options.code_list()));
        }
        if (static_cast<int>(i) == contract.effective_field) {
          const auto begin = FirstDay(options.format(), *text);
          if (begin && *begin > today + 1) problems.push_back(Because("DATE_FUTURE", field.name));
        }
      }
    } else if (const auto* number = std::get_if<fixed::Micro>(&value)) {
      const double real = fixed::ToDouble(*number);
      if (options.has_min() && real < options.min()) {
        problems.push_back(Because("VALUE_BELOW_MIN", field.name, absl::StrCat(options.min())));
      }
      if (options.has_max() && real > options.max()) {
        problems.push_back(Because("VALUE_ABOVE_MAX", field.name, absl::StrCat(options.max())));
      }
    }
    if (options.required() && Absent(value)) {
      problems.push_back(Because("REQUIRED_MISSING", field.name));
    }
  }
  for (const v1::RecordRule& rule : contract.options.rules()) {
    const Value& left = (*row)[static_cast<size_t>(contract.Index(rule.left()))];
    const Value& right = (*row)[static_cast<size_t>(contract.Index(rule.right()))];
    if (Absent(left)) continue;
    if (rule.op() == v1::RecordRule::OPERATOR_BIRTH_DATE_OF) {
      if (!IsBirthDateOf(left, right, today)) {
        problems.push_back(Because("BIRTH_DATE_CONFLICT", rule.left()));
      }
      continue;
    }
    const bool broken = rule.op() == v1::RecordRule::OPERATOR_REQUIRES
                            ? Absent(right)
                            : !Absent(right) && !Holds(rule.op(), left, right);
    if (!broken) continue;
    problems.push_back({"RULE_BROKEN", rule.left(), rule.message_zh(), rule.message_en()});
  }
  return problems;
}

}  // namespace fupin::contract
